/**
 * The task "argmax": at which position stands the largest token, the first of several? Token p is
 * the answer "position p", so that logits of the tokens from K on are never right.
 *
 * With last token q, answer p and largest token m, tokens before p are below m, token p is m, those
 * after it are m at most: a product set for each m. The last position is the answer where q is above
 * all others.
 * @module
 */
import type { MaxOfKConfig } from "../max_of_k.ts";
import { type Language, type Run, runsOf } from "./language.ts";
import type { Task, TaskSizes } from "./task.ts";

export const argmax: Task = {
  name: "argmax",
  title: "the position of the largest token, the first of several",
  answer: (tokens) => tokens.indexOf(Math.max(...tokens)),
  answers: (q, { F }) => Array.from({ length: F + (q > 0 ? 1 : 0) }, (_, p) => p),
  languages,
  near: (y, _, { F }) => Array.from({ length: F + 1 }, (_, p) => p).filter((p) => p !== y),
  gaps: false,
  check({ d_vocab, n_ctx }: MaxOfKConfig) {
    if (n_ctx <= d_vocab) return;
    throw new RangeError(
      `Cannot ask for argmax: expected a token for each of ${n_ctx} positions but found d_vocab ` +
        `${d_vocab}: take a model with d_vocab >= n_ctx`,
    );
  },
};

function languages(q: number, p: number, { v, F }: TaskSizes): Language[] {
  const only = (from: number, to: number): Run[] => runsOf([{ from, to, next: [0] }]);
  const largest = p === F ? [q] : Array.from({ length: v - q }, (_, n) => q + n);
  return largest.filter((m) => p === 0 || m > 0).map((m) => ({
    start: 0,
    accepts: [true],
    runs: Array.from(
      { length: F },
      (_, i) => i < p ? only(0, m) : i === p ? only(m, m + 1) : only(0, m + 1),
    ),
  }));
}
