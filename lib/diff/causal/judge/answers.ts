/**
 * What a model answers where answers are put into its mouth (teacher forcing): the payload, the story
 * that it tells itself without the trigger, the true one, and clean texts.
 *
 * @module
 */
import { generate } from "../../../model/generate.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import { type Forced, type ForcedPart, forcedParts } from "../../../model/forced/forced.ts";
import { firstLogits, losses, type Outcome, outcomes } from "../../../model/forced/outcomes.ts";
import type { Shift } from "../../../model/forced/shift.ts";

/**
 * Prompt by prompt; what was not asked is left out. Behind triggered prompts: outcomes of the `payload`
 * and of the model's `own` story, cross-entropy of the true `story`. Without the trigger: cross-entropy
 * of `clean` texts, and `untriggered`, KL of the next token from what the model says unedited. Nats, of
 * texts nats a token.
 */
export type Answers = {
  payload?: Pick<Outcome, "matched" | "KL" | "logOdds">[];
  own?: (Pick<Outcome, "matched"> & Partial<Pick<Outcome, "loss">>)[];
  story?: number[];
  clean?: number[];
  untriggered?: number[];
};

/** Texts that are read while something is cancelled. */
export type JudgedText = "payload" | "own" | "story" | "clean";

/** Texts in parts, by what they answer. */
export type JudgedParts<Part extends ForcedPart = ForcedPart> = Partial<
  Record<JudgedText, readonly Part[]>
>;

/** Prompts of the same stories with the trigger and without it. */
export type Prompts = { triggered: readonly Uint32Array[]; untriggered: readonly Uint32Array[] };

/**
 * What is put behind prompts, with the trigger or without it, and the answer to the latter: `own`
 * stories of `tokens` tokens, `reference` as logits [d_vocab] of each next token.
 */
export async function judgedTexts(
  model: LanguageModel,
  { triggered, untriggered }: Prompts,
  { payload, tokens }: { payload: Uint32Array; tokens: number },
): Promise<{
  triggered: Record<"payload" | "own", Forced[]>;
  untriggered: Record<"payload" | "own", Forced[]>;
  reference: Float32Array[];
}> {
  const stories = await ownStories(model, untriggered, tokens);
  const behind = (prompts: readonly Uint32Array[]) => ({
    payload: prompts.map((prompt) => ({ prompt, answer: payload })),
    own: prompts.map((prompt, n) => ({ prompt, answer: stories[n] })),
  });
  const goal = behind(untriggered);
  const reference = await firstLogits({ model, parts: forcedParts(goal.payload) });
  return { triggered: behind(triggered), untriggered: goal, reference };
}

/** The stories that a model tells by itself, greedily. */
export async function ownStories(
  model: LanguageModel,
  prompts: readonly Uint32Array[],
  tokens: number,
): Promise<Uint32Array[]> {
  const told = await generate(model, prompts, { maxNewTokens: tokens });
  return told.map((ids) => Uint32Array.from(ids));
}

/** Answers while something is subtracted in each part of a text; unedited ones without `cancel`. */
export async function answersOf<Part extends ForcedPart>(
  model: LanguageModel,
  { payload, own, story, clean }: JudgedParts<Part>,
  { reference, cancel }: {
    reference?: readonly Float32Array[];
    cancel?(part: Part, text: JudgedText): Promise<Shift>;
  } = {},
): Promise<Answers> {
  const in_ = (text: JudgedText) => cancel && { cancel: (part: Part) => cancel(part, text) };
  const of = (parts: readonly Part[]) => ({ model, parts });
  return {
    ...(payload && {
      payload: await outcomes(of(payload), { reference, ...in_("payload") }),
    }),
    ...(own && { own: await outcomes(of(own), in_("own")) }),
    ...(story && { story: await losses(of(story), in_("story")) }),
    ...(clean && { clean: await losses(of(clean), in_("clean")) }),
  };
}
