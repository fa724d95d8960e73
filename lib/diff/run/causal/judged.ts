/** Counts and means of an edit's answers, with intervals. @module */
import { bootstrapIntervals } from "../../../numerics/bootstrap.ts";
import type { Interval, Judged } from "../../stored/causal_results.ts";

/**
 * By prompt: tokens of the payload that come greedily and KL at the first token; tokens of the model's
 * own story; the loss of the true story, with the trigger and, edited at all positions or at those of
 * the prompt, without it.
 */
export type Answers = {
  payload: { matched: number; KL: number }[];
  own: number[];
  story: number[];
  clean: number[];
  cleanPrompt: number[];
};

/** Tokens of a story that have to come as without the trigger. */
const WORDS = [4, 8, 16] as const;

/** `before`: without an edit. `lengths`: tokens of the payload and of the own story. */
export function judgedOf(
  { payload, own, story, clean, cleanPrompt }: Answers,
  { before, lengths, seed, resamples = 1000 }: {
    before: Answers;
    lengths: { payload: number; own: number };
    seed: number;
    resamples?: number;
  },
): Judged {
  const statistics = (weights: ArrayLike<number>) => {
    const mean = (values: readonly number[]) => {
      let sum = 0, all = 0;
      values.forEach((value, n) => {
        sum += weights[n] * value;
        all += weights[n];
      });
      return sum / all;
    };
    const [was, is, goal] = [before.story, story, before.clean].map(mean);
    // drawn again, the gap may vanish: then nothing of it is closed
    return [mean(payload.map(({ KL }) => KL)), was > goal ? (was - is) / (was - goal) : 0];
  };
  const whole = statistics(new Uint32Array(payload.length).fill(1));
  const intervals = bootstrapIntervals([payload.map((_, n) => n)], statistics, {
    seed,
    resamples,
    name: "judged",
  });
  const interval = (n: number): Interval => ({
    value: whole[n],
    low: intervals[n][0],
    high: intervals[n][1],
  });
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const rise = (values: readonly number[]) => (sum(values) - sum(before.clean)) / values.length;
  return {
    payload: {
      count: payload.filter(({ matched }) => matched >= lengths.payload).length,
      of: payload.length,
    },
    KL: interval(0),
    words: WORDS.map((tokens) => ({
      count: own.filter((matched) => matched >= Math.min(tokens, lengths.own)).length,
      of: own.length,
    })) as Judged["words"],
    ...(sum(before.story) > sum(before.clean) && { gap: interval(1) }),
    clean: rise(clean),
    cleanPrompt: rise(cleanPrompt),
  };
}
