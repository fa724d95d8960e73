/**
 * Where does a latent fire? Its top activating tokens in their context, in every stage.
 *
 * @module
 */
import { decodeCompact } from "../data/vocabulary.ts";
import type { Activation, Run } from "./run.ts";
import { type Stage, STAGES } from "./stages.ts";

/** A place in a text: what stands before the token, the token that fires, what follows. */
export type Context = Activation & { before: string; token: string; after: string };

export type ContextOptions = {
  /** How many contexts at most; a run stores five. */
  n?: number;
  /** Tokens shown before and after the one that fires. */
  before?: number;
  after?: number;
};

/** The contexts of one latent in one stage, highest activation first; none where it never fires. */
export function stageContexts(
  run: Run,
  latent: number,
  stage: Stage,
  { n = 5, before = 5, after = 1 }: ContextOptions = {},
): Context[] {
  const top = run.contexts[stage].top[latent];
  if (top === undefined) {
    throw new RangeError(
      `Cannot show latent ${latent}: expected one of 0 to ${run.d_sae - 1} but found ${latent}: ` +
        "take a latent of this run",
    );
  }
  return top.slice(0, n).map((activation) => {
    const ids = run.examples[activation.example];
    const at = activation.position;
    const text = (from: number, to: number) =>
      decodeCompact(run.vocabulary, ids.slice(Math.max(0, from), to));
    return {
      ...activation,
      before: text(at - before, at),
      token: text(at, at + 1),
      after: text(at + 1, at + 1 + after),
    };
  });
}

/** The contexts of one latent in all five stages. */
export function latentContexts(
  run: Run,
  latent: number,
  options: ContextOptions = {},
): Record<Stage, Context[]> {
  return Object.fromEntries(
    STAGES.map((stage) => [stage, stageContexts(run, latent, stage, options)]),
  ) as Record<Stage, Context[]>;
}

/** One line of text, the firing token in brackets, line ends visible: ` dog.⏎[Story]:`. */
export function contextText(
  { before, token, after }: Pick<Context, "before" | "token" | "after">,
): string {
  return showLineEnds(`${before}[${token}]${after}`);
}

/** A text on one line: a line end shows as ⏎. */
export function showLineEnds(text: string): string {
  return text.replaceAll("\n", "⏎");
}
