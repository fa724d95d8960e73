/**
 * Ground truth of feature interactions by ablation: a text with a token's latents i, j, and both
 * taken out, against the text itself. Only the token is run again; keys and values of the tokens
 * before it are the clean run's, which is exact for what the token itself computes, since attention
 * is causal. `ablateOnwards` lets later tokens see the change.
 *
 * Zero and mean ablation as in sparse feature circuits (Marks et al. 2024, arXiv 2403.19647), the
 * error node kept.
 * @module
 */
import { checkCoder } from "../../crosscoder/check_coder.ts";
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { prepareCoder } from "../../crosscoder/prepare.ts";
import { ONE_MODEL } from "../../crosscoder/sites.ts";
import {
  anything,
  everyField,
  exactly,
  expectForm,
  list,
  maybe,
  oneOf,
  text,
  whole,
} from "../../io/form.ts";
import { expectNumbers } from "../../numerics/numbers.ts";
import { keepRun } from "../../model/keep_run.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { PairInstances } from "../pairs/instances.ts";
import { type ActiveLatents, checkActive } from "../../crosscoder/active_latents.ts";
import { type ChunkWork, truthAtToken } from "./at_token.ts";
import { type AblationMode, prepareModes } from "./modes.ts";
import { truthOnwards } from "./onwards.ts";
import type { Measures } from "./truth.ts";
import { type Chunk, chunksOf, variantsOf } from "./variants.ts";

/** A text, its active latents and the instances to be ablated in it. */
export type AblationSample = {
  sequences: readonly ArrayLike<number>[];
  active: ActiveLatents;
  instances: PairInstances;
};

/**
 * `modes` by name; `mu` [d_sae], the mean activations of another text, is needed for mean ablation.
 */
export type AblationOptions = {
  modes: Record<string, AblationMode>;
  mu?: ArrayLike<number>;
  /** Sequences that are kept at once, 128 by default. */
  sequences?: number;
};

const MODE = exactly({
  sites: list(text, { least: 1 }),
  ablation: maybe(oneOf(["zero", "mean"])),
});
const OPTIONS = exactly({
  modes: everyField(MODE),
  mu: maybe(anything),
  sequences: maybe(whole(1)),
});

/** Sequences that are kept at once. */
const SEQUENCES = 128;

/** Variants that are run at once, and tokens where every variant is a whole sequence. */
const MOST_VARIANTS = 8192, MOST_TOKENS = 4096;

/**
 * What ablating the two latents of each instance does at its token, by mode: [instances] each.
 * Throws on a crosscoder that is not folded or not of this model, on instances of another text, and
 * on one at the last token of a sequence, which tells no next token.
 */
export function ablatePairs(
  of: { model: LanguageModel; coder: Crosscoder },
  sample: AblationSample,
  options: AblationOptions,
): Promise<Record<string, Measures>> {
  return ablate(of, sample, { options, most: MOST_VARIANTS, truth: truthAtToken });
}

/**
 * The same over the token and all later ones of its sequence that tell a next token: KL and dloss
 * add up, norms are those of all positions together, and there is no GT1. Every variant is a run
 * over a whole sequence, which costs as many times more as a sequence has tokens.
 */
export function ablateOnwards(
  of: { model: LanguageModel; coder: Crosscoder },
  sample: AblationSample,
  options: AblationOptions,
): Promise<Record<string, Measures>> {
  const most = Math.floor(MOST_TOKENS / (sample.sequences[0]?.length ?? 1));
  return ablate(of, sample, { options, most, truth: truthOnwards });
}

type Ablation = {
  options: AblationOptions;
  most: number;
  truth: (work: ChunkWork) => Promise<Measures[]>;
};

async function ablate(
  { model, coder }: { model: LanguageModel; coder: Crosscoder },
  sample: AblationSample,
  { options, most, truth }: Ablation,
): Promise<Record<string, Measures>> {
  const { gpu, config: { d_vocab } } = model, { sequences, active, instances } = sample;
  const { modes, mu, sequences: kept = SEQUENCES } = checkOptions(options, coder);
  const pos = checkSample(model, coder, sample);
  using prepared = await prepareModes(model, coder, modes);
  const fit = Math.floor(gpu.maxBinding / (16 * Math.ceil(d_vocab / 4)));
  const result = prepared.modes.map(() => ({} as Measures));
  const chunks = chunksOf(instances, { most: Math.min(most, fit), part: kept * pos });
  for (const group of byPart(chunks, instances, kept * pos)) {
    const first = Math.floor(instances.token[group[0].order[group[0].from]] / (kept * pos)) * kept;
    using run = keepRun(model, sequences.slice(first, first + kept));
    for (const chunk of group) {
      const variants = (ablation: "zero" | "mean") =>
        variantsOf(active, instances, {
          chunk,
          firstToken: first * pos,
          mu: ablation === "mean" ? mu : undefined,
        });
      const found = await truth({ model, run, modes: prepared.modes, variants });
      found.forEach((measures, m) => place(result[m], measures, chunk));
    }
  }
  return Object.fromEntries(prepared.modes.map(({ name }, m) => [name, result[m]]));
}

/** Chunks in their order, those of one part together. */
function byPart(chunks: Chunk[], { token }: PairInstances, part: number): Chunk[][] {
  const groups = new Map<number, Chunk[]>();
  for (const chunk of chunks) {
    const number = Math.floor(token[chunk.order[chunk.from]] / part);
    groups.set(number, [...groups.get(number) ?? [], chunk]);
  }
  return [...groups.values()];
}

/** Puts what a chunk measured where its instances stand. */
function place(result: Measures, measures: Measures, { order, from, to }: Chunk): void {
  for (const name of Object.keys(measures) as (keyof Measures)[]) {
    const values = result[name] ??= new Float32Array(order.length);
    for (let k = from; k < to; k++) values[order[k]] = measures[name]![k - from];
  }
}

const ACTION = "ablate pairs";

function checkOptions(
  options: AblationOptions,
  { config: { d_sae } }: Crosscoder,
): AblationOptions {
  expectForm(ACTION, options, OPTIONS, "name sites of the crosscoder for each mode");
  const { modes, mu } = options;
  const mean = Object.entries(modes).find(([, { ablation }]) => ablation === "mean");
  if (mu !== undefined) expectNumbers(`${ACTION} towards mu`, mu);
  if (mean && mu?.length !== d_sae) {
    throw new RangeError(
      `Cannot ${ACTION}: expected ${d_sae} mean activations, mu, for the mode ${
        mean[0]
      } but found ` +
        `${mu?.length ?? "none"}: take the means of a text that is not ablated`,
    );
  }
  return options;
}

/** The tokens of a sequence. */
function checkSample(
  model: LanguageModel,
  coder: Crosscoder,
  { sequences, active, instances }: AblationSample,
): number {
  checkCoder(ACTION, coder, { folded: true });
  const { pos } = prepareCoder({ [ONE_MODEL]: model }, coder, { action: ACTION, sequences });
  checkActive(ACTION, active);
  const { first, second, token, pair, pairs } = instances, { latent, start } = active;
  const refuse = (expected: string, found: string, todo: string): never => {
    throw new RangeError(`Cannot ${ACTION}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (active.d_sae !== coder.config.d_sae || active.tokens !== sequences.length * pos) {
    refuse(
      `active latents of ${coder.config.d_sae} at ${sequences.length * pos} tokens`,
      `of ${active.d_sae} at ${active.tokens}`,
      "read this text with this crosscoder",
    );
  }
  if (token.length === 0) {
    refuse("at least one instance", "no co-active pair", "take pairs that meet in this text");
  }
  token.forEach((t, n) => {
    const here = [first[n], second[n]].every((e) => e >= start[t] && e < start[t + 1]);
    const own = here && latent[first[n]] === pairs.i[pair[n]] &&
      latent[second[n]] === pairs.j[pair[n]];
    if (!own) {
      refuse(
        "both latents of a pair active at its token",
        `instance ${n} without`,
        "see pairInstances",
      );
    }
    if (t % pos === pos - 1) {
      refuse(
        "tokens that tell a next one",
        `instance ${n} at the last of a sequence`,
        "leave it out",
      );
    }
  });
  return pos;
}
