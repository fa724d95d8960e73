/** The one check of a pair of models: every method asks here first. @module */
import { canonicalJson } from "../../io/canonical_json.ts";
import { exactly, expectForm, having, list, maybe, text, where } from "../../io/form.ts";
import { show } from "../../io/show.ts";
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites } from "../../crosscoder/sites.ts";
import { checkSequences } from "../../model/check_sequences.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { ModelPair, Need } from "./method.ts";

const model = having({ config: having({}), parameters: having({}), architecture: having({}) });
const sequences = where<Uint32Array[]>("a list of sequences", Array.isArray);
const PAIR = exactly({
  base: model,
  other: model,
  text: exactly({ base: sequences, other: sequences, triggered: maybe(sequences) }),
  sites: maybe(list(text, { least: 1 })),
  vocabulary: maybe(having({ tokenizer: having({}) })),
});

/**
 * Throws `Cannot ${action}: ...` where two models are not of one architecture, size and device, on
 * hooks that they lack, on sequences that they cannot read, and where the pair lacks what is needed.
 */
export function checkPair(action: string, pair: ModelPair, needs: readonly Need[]): void {
  expectForm(action, pair, PAIR, "give a base, what became of it, and their text");
  const { base, other, text: { triggered, ...always } } = pair;
  const refuse = (expected: string, found: string, todo: string): never => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  const difference = unlike(base, other);
  if (difference) {
    refuse("models of one kind and size", difference, "take a model and its own fine-tune");
  }
  if (base.gpu !== other.gpu) refuse("models on one device", "two", "load them on one device");
  const pos = checkSequences(base.config, always.base, { action: `${action}, on text.base` });
  for (const [name, some] of Object.entries({ other: always.other, triggered: triggered ?? [] })) {
    if (some.length === 0) continue;
    checkSequences(base.config, some, {
      action: `${action}, on text.${name}`,
      least: pos,
      most: pos,
    });
  }
  resolveSites({ [ONE_MODEL]: base }, sitesOf(pair));
  for (const need of needs) {
    const [where, words] = NEEDS[need];
    if ((pair.text[where]?.length ?? 0) > 0) continue;
    refuse(`text.${where}, ${words},`, "none", "give it, or take a method that needs none");
  }
}

const NEEDS: Record<Need, ["other" | "triggered", string]> = {
  "other text": ["other", "what the other model was fine-tuned on"],
  trigger: ["triggered", "the sequences that have the trigger"],
};

/** The hooks that directions of a pair stand at. */
export function sitesOf({ sites, base }: ModelPair): readonly string[] {
  return sites ?? residualSites(base.config.n_layers);
}

/** The first thing in which two models differ that methods take to be the same, in words. */
function unlike(base: LanguageModel, other: LanguageModel): string | undefined {
  const [a, b] = [base, other].map(({ architecture, config }) =>
    ({
      architecture: architecture.name,
      ...config,
    }) as Record<string, unknown>
  );
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const name = names.find((name) => textOf(a[name]) !== textOf(b[name]));
  return name && `${name} ${show(a[name])} in base and ${show(b[name])} in other`;
}

function textOf(value: unknown): string {
  return canonicalJson(value ?? null);
}
