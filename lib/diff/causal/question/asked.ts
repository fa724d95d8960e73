/**
 * A question about a backdoor, put once: how the model answers unedited, what it says of the same
 * stories without the trigger, and what crosscoders read in both.
 * @module
 */
import type { LanguageModel } from "../../../model/language_model.ts";
import { type Forced, forcedParts } from "../../../model/forced/forced.ts";
import { firstLogits, type Outcome, outcomes } from "../../../model/forced/outcomes.ts";
import type { Span } from "../../../model/forced/span.ts";
import { expectNumbers } from "../../../numerics/numbers.ts";
import { type Backdoor, checkBackdoor, storyPrompts } from "../backdoor.ts";

/**
 * The texts of a backdoor: prompts with the payload behind, and the true stories behind prompts without
 * the trigger and with it.
 */
export type AskedText = "triggered" | "untriggered" | "stories" | "triggered stories";

/**
 * `spans`: where the trigger stands; `reference`: p0 as logits [d_vocab], the model's own next token of
 * every story without the trigger; `before`: what it answers unedited, with and without the trigger
 * (`matched`: tokens of the payload). `kept`: what was read of the texts, by what read it.
 */
export type Asked = {
  model: LanguageModel;
  backdoor: Backdoor;
  spans: Span[];
  reference: readonly Float32Array[];
  before: { triggered: Outcome[]; untriggered: Outcome[] };
  kept: WeakMap<object, Map<AskedText, unknown>>;
};

/** Asks a model. Throws on what `checkBackdoor` refuses, and on a model that answers no numbers. */
export async function openQuestion(model: LanguageModel, backdoor: Backdoor): Promise<Asked> {
  const action = "ask for causal effects";
  const spans = checkBackdoor(action, model, backdoor);
  const parts = (prompts: readonly Uint32Array[]) => ({
    model,
    parts: forcedParts(prompts.map((prompt) => ({ prompt, answer: backdoor.payload }))),
  });
  const untriggered = parts(backdoor.untriggered);
  const reference = await firstLogits(untriggered);
  const todo = "look at the model's weights";
  for (const logits of reference) expectNumbers(action, logits, { todo });
  const before = {
    triggered: await outcomes(parts(backdoor.triggered), { reference }),
    untriggered: await outcomes(untriggered, { reference }),
  };
  expectNumbers(action, before.triggered.map(({ KL }) => KL), { todo });
  return { model, backdoor, spans, reference, before, kept: new WeakMap() };
}

/** A text of the question as forced answers. */
export function forcedText({ backdoor }: Asked, text: AskedText): readonly Forced[] {
  const { payload, stories, triggered } = backdoor;
  if (text === "stories") return stories;
  if (text === "triggered stories") {
    const prompts = storyPrompts(backdoor);
    return stories.map(({ answer }, n) => ({ prompt: triggered[prompts[n]], answer }));
  }
  return backdoor[text].map((prompt) => ({ prompt, answer: payload }));
}

/** What `make` read of a text, once for every `reader`. */
export async function keptOf<T>(
  { kept }: Asked,
  { reader, text }: { reader: object; text: AskedText },
  make: () => Promise<T>,
): Promise<T> {
  const own = kept.get(reader) ?? new Map<AskedText, unknown>();
  kept.set(reader, own);
  if (!own.has(text)) own.set(text, await make());
  return own.get(text) as T;
}
