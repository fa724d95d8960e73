/**
 * Where does a latent fire? Its top activating tokens in their context, in every stage.
 *
 * @module
 */
import { decodeCompact } from "../../data/vocabulary.ts";
import { anything, exactly, expectForm, having, list, maybe, whole } from "../../io/form.ts";
import { visible } from "../../io/visible.ts";
import type { Activation } from "./result_files.ts";
import type { StagewiseResults } from "./results.ts";
import type { Texts } from "./top_tokens.ts";
import { type Stage, STAGES } from "../stages/stages.ts";

/** A place in a text: what stands before the token, the token that fires, what follows. */
export type Context = Activation & { before: string; token: string; after: string };

/** How many contexts, and how long. */
export type ContextOptions = {
  /** How many contexts at most; a run stores five. */
  n?: number;
  /** Tokens shown before and after the one that fires. */
  before?: number;
  after?: number;
};

/** The contexts of one latent in one stage, highest activation first; none where it never fires. */
function stageContexts(
  run: StagewiseResults,
  latent: number,
  stage: Stage,
  options: ContextOptions = {},
): Context[] {
  const top = run.contexts[stage].top[latent];
  if (top === undefined) {
    throw new RangeError(
      `Cannot show latent ${latent}: expected one of 0 to ${run.d_sae - 1} but found ${latent}: ` +
        "take a latent of this run",
    );
  }
  return contextsOf(top, { sequences: run.examples, vocabulary: run.vocabulary }, options);
}

/** Places where something happens, with the text around them, in their order. */
export function contextsOf(
  top: readonly Activation[],
  { sequences, vocabulary }: Texts,
  options: ContextOptions,
): Context[] {
  expectForm("show contexts", options, OPTIONS);
  const { n = 5, before = 5, after = 1 } = options;
  return top.slice(0, n).map((activation) => {
    const { example, position: at } = activation;
    const ids = sequences[example];
    if (ids?.[at] === undefined) {
      throw new RangeError(
        `Cannot show contexts: expected places in the ${sequences.length} sequences but found ` +
          `position ${at} of sequence ${example}: pass the sequences that topContexts saw`,
      );
    }
    const text = (from: number, to: number) =>
      decodeCompact(vocabulary, Array.prototype.slice.call(ids, Math.max(0, from), to), {
        inside: from > 0,
      });
    return {
      ...activation,
      before: text(at - before, at),
      token: text(at, at + 1),
      after: text(at + 1, at + 1 + after),
    };
  });
}

/**
 * Where a latent fires as lines of text, highest activation first, the firing token in brackets:
 *
 *   const { top } = await topContexts(model, coder, sequences);
 *   contextTexts(top[latent], { sequences, vocabulary }); // [" once upon a[ time],", ...]
 */
export function contextTexts(
  top: readonly Activation[],
  options: Texts & ContextOptions,
): string[] {
  expectForm("show contexts", options, CONTEXT_TEXTS);
  const { sequences, vocabulary, ...around } = options;
  return contextsOf(top, { sequences, vocabulary }, around).map(contextText);
}

const AROUND = { n: maybe(whole(0)), before: maybe(whole(0)), after: maybe(whole(0)) };
const OPTIONS = exactly(AROUND);
const CONTEXT_TEXTS = exactly({
  ...AROUND,
  sequences: list(anything, { least: 1 }),
  vocabulary: having({ tokenIds: anything, compactIds: anything, tokenizer: anything }),
});

/** The contexts of one latent in all five stages. */
export function latentContexts(
  run: StagewiseResults,
  latent: number,
  options: ContextOptions = {},
): Record<Stage, Context[]> {
  return Object.fromEntries(
    STAGES.map((stage) => [stage, stageContexts(run, latent, stage, options)]),
  ) as Record<Stage, Context[]>;
}

/**
 * One line of text, the firing token in brackets, line ends and control characters visible: `
 * dog.⏎[Story]:`.
 */
export function contextText(
  { before, token, after }: Pick<Context, "before" | "token" | "after">,
): string {
  return visible(`${before}[${token}]${after}`);
}
