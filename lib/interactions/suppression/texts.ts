/** The texts that a suppression is measured on. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { insertedSpan, type Span } from "../../model/forced/span.ts";
import { type Forced, forcedParts } from "../../model/forced/forced.ts";
import {
  type Answers,
  answersOf,
  judgedTexts,
  type Prompts,
} from "../../diff/causal/judge/answers.ts";
import { type Measured, measuresOf } from "../../diff/causal/judge/measures.ts";
import { type Cancel, firstLogits, type Outcome, outcomes } from "../../model/forced/outcomes.ts";
import { type ForcedText, readForced, type ReadPart } from "./read.ts";

/** Triggered prompts on which items are ranked, answered with the payload's first token. */
export type Selection = {
  text: ForcedText;
  reference: Float32Array[];
  before: Outcome[];
};

/** Reads the prompts; dispose of `text` when done. */
export async function selectionOf(
  model: LanguageModel,
  coder: Crosscoder,
  { prompts, payload }: { prompts: Prompts; payload: Uint32Array },
): Promise<Selection> {
  const forced = (from: readonly Uint32Array[]) => force(from, () => payload.subarray(0, 1));
  const reference = await firstLogits({ model, parts: forcedParts(forced(prompts.untriggered)) });
  const text = await readForced(model, coder, forced(prompts.triggered));
  return { text, reference, before: await outcomes(text, { reference }) };
}

/** Measures that a cancellation is judged by. */
export const SUPPRESSION_MEASURES = [
  "payload",
  "KL",
  "oddsClosed",
  "words",
  "start",
  "ownClosed",
  "clean",
] as const;
/** Each measure of what suppression does, with its interval. */
export type SuppressionMeasures = Record<typeof SUPPRESSION_MEASURES[number], Measured>;

/** What every cancellation is judged by. */
export type Judge = {
  /** The measures with something cancelled, with nothing, and without the trigger. */
  judge(cancel?: Cancel<ReadPart>): Promise<SuppressionMeasures>;
  untriggered(): SuppressionMeasures;
  /** Where the trigger stands in the prompts. */
  spans: Span[];
  /** Whether a text of the judge has the trigger: the clean ones have not. */
  triggered(part: object): boolean;
  [Symbol.dispose](): void;
};

/**
 * Reads the texts of a judge: prompts of stories that nothing was chosen by, with the payload and
 * with the story that the model itself tells without the trigger (greedy, `storyTokens`), and clean
 * texts.
 */
export async function makeJudge(
  model: LanguageModel,
  coder: Crosscoder,
  { prompts, payload, clean, storyTokens, seed }: {
    prompts: Prompts;
    payload: Uint32Array;
    clean: readonly Forced[];
    storyTokens: number;
    seed: number;
  },
): Promise<Judge> {
  const { triggered, untriggered } = prompts;
  const { reference, ...behind } = await judgedTexts(model, prompts, {
    payload,
    tokens: storyTokens,
  });
  using owned = new DisposableStack();
  const read = async (forced: readonly Forced[]) =>
    owned.use(await readForced(model, coder, forced)).parts;
  const texts = {
    payload: await read(behind.triggered.payload),
    own: await read(behind.triggered.own),
    clean: await read(clean),
  };
  const before = await answersOf(model, texts, { reference });
  const goal = await answersOf(model, {
    payload: forcedParts(behind.untriggered.payload),
    own: forcedParts(behind.untriggered.own),
  }, { reference });
  const lengths = { payload: payload.length, own: storyTokens };
  const measured = (edited: Answers) =>
    measuresOf(SUPPRESSION_MEASURES, edited, { before, goal, lengths, seed });
  const kept = owned.move(), withoutTrigger = new Set<object>(texts.clean);
  return {
    judge: async (cancel) =>
      measured(cancel ? await answersOf(model, texts, { reference, cancel }) : before),
    untriggered: () => measured({ ...goal, clean: before.clean }),
    spans: triggered.map((prompt, n) => insertedSpan(prompt, untriggered[n])),
    triggered: (part) => !withoutTrigger.has(part),
    [Symbol.dispose]: () => kept.dispose(),
  };
}

function force(prompts: readonly Uint32Array[], answer: (n: number) => Uint32Array): Forced[] {
  return prompts.map((prompt, n) => ({ prompt, answer: answer(n) }));
}
