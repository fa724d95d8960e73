/** The texts that a suppression is measured on. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { generate } from "../../model/generate.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { insertedSpan, type Span } from "../../model/forced/span.ts";
import { type Forced, forcedParts } from "../../model/forced/forced.ts";
import type { Answers, Measured } from "./measures.ts";
import { type Measure, measuresOf } from "./measures.ts";
import {
  type Cancel,
  firstLogits,
  losses,
  type Outcome,
  outcomes,
} from "../../model/forced/outcomes.ts";
import { type ForcedText, readForced, type ReadPart } from "./read.ts";

/** Prompts of the same stories with the trigger and without it. */
export type Prompts = { triggered: readonly Uint32Array[]; untriggered: readonly Uint32Array[] };

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

/** What every cancellation is judged by. */
export type Judge = {
  /** The measures with something cancelled, with nothing, and without the trigger. */
  judge(cancel?: Cancel<ReadPart>): Promise<Record<Measure, Measured>>;
  untriggered(): Record<Measure, Measured>;
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
  const stories = (await generate(model, untriggered, { maxNewTokens: storyTokens }))
    .map((ids) => Uint32Array.from(ids));
  const forced = (from: readonly Uint32Array[]) => ({
    payload: force(from, () => payload),
    story: force(from, (n) => stories[n]),
  });
  const plain = forced(untriggered), own = forced(triggered);
  const partsOf = (forced: readonly Forced[]) => ({ model, parts: forcedParts(forced) });
  const reference = await firstLogits(partsOf(plain.payload));
  using owned = new DisposableStack();
  const read = async (forced: readonly Forced[]) =>
    owned.use(await readForced(model, coder, forced));
  const texts = {
    payload: await read(own.payload),
    story: await read(own.story),
    clean: await read(clean),
  };
  const answers = async (cancel?: Cancel<ReadPart>): Promise<Answers> => ({
    payload: await outcomes(texts.payload, { cancel, reference }),
    story: await outcomes(texts.story, { cancel }),
    clean: await losses(texts.clean, { cancel }),
  });
  const before = await answers();
  const goal = {
    payload: await outcomes(partsOf(plain.payload), { reference }),
    story: await outcomes(partsOf(plain.story)),
  };
  const lengths = { payload: payload.length, story: storyTokens };
  const measured = (edited: Answers) =>
    measuresOf(edited, { before, untriggered: goal, lengths, seed });
  const kept = owned.move(), withoutTrigger = new Set<object>(texts.clean.parts);
  return {
    judge: async (cancel) => measured(cancel ? await answers(cancel) : before),
    untriggered: () => measured({ ...goal, clean: before.clean }),
    spans: triggered.map((prompt, n) => insertedSpan(prompt, untriggered[n])),
    triggered: (part) => !withoutTrigger.has(part),
    [Symbol.dispose]: () => kept.dispose(),
  };
}

function force(prompts: readonly Uint32Array[], answer: (n: number) => Uint32Array): Forced[] {
  return prompts.map((prompt, n) => ({ prompt, answer: answer(n) }));
}
