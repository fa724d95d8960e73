/** Counts and means of an edit's answers, with intervals, as a run stores them. @module */
import type { Count } from "../../../numerics/counts.ts";
import type { Judged } from "../../stored/causal_results.ts";
import type { Answers } from "./answers.ts";
import { measuresOf, type Measuring } from "./measures.ts";

/** Answers to every text of a judge; `cleanPrompt`: as `clean`, edited at the prompt's positions alone. */
export type WholeAnswers = Required<Answers> & { cleanPrompt?: number[] };

/** Tokens of a story that have to come as without the trigger. */
const WORDS = [4, 8, 16] as const;

/** `before`: without an edit. `lengths`: tokens of the payload and of the own story. */
export function judgedOf(
  edited: WholeAnswers,
  { before, lengths, seed }: Pick<Measuring, "lengths"> & { before: WholeAnswers; seed: number },
): Judged {
  const { payload, own, clean, cleanPrompt, untriggered } = edited, n = before.clean.length;
  const measuring = { before, goal: { story: before.clean }, lengths, seed };
  const isGap = sum(before.story) > sum(before.clean); // else there is nothing to close
  const rise = (losses: readonly number[]) => (sum(losses) - sum(before.clean)) / n;
  return {
    payload: counted(payload, lengths.payload),
    ...measuresOf(isGap ? ["KL", "storyClosed"] : ["KL"], edited, measuring),
    words: WORDS.map((tokens) => counted(own, Math.min(tokens, lengths.own))) as Judged["words"],
    clean: rise(clean),
    cleanKL: sum(untriggered) / n,
    ...(cleanPrompt && { cleanPrompt: rise(cleanPrompt) }),
  };
}

function counted(answers: readonly { matched: number }[], least: number): Count {
  return { count: answers.filter(({ matched }) => matched >= least).length, of: answers.length };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
