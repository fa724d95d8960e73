/**
 * Checker: what a certificate may claim of a model besides naming the largest token, and by which
 * rules its sequences are told apart. The prover has automata over runs of tokens; here each token is
 * asked for.
 *
 * Of a sequence with last token q and right answer y, logit[x] - logit[y] times the softmax
 * denominator is b_x + sum_i h_x(i, t_i) with h of win_terms.ts, y in place of m. That holds for every
 * y; a task only says which sequences have it.
 * @module
 */
import type { MaxOfKConfig } from "../max_of_k.ts";
import type { Json } from "./certificate.ts";
import { reject, show } from "./reader.ts";

/** Which free tokens go with one last token and answer; each filling leads to one end. */
export interface Rule {
  states: number;
  start: number;
  /** The state after token t at position i; -1 where it may not stand. */
  step(state: number, i: number, t: number): number;
  ends(state: number): boolean;
}

/** A task of models of v tokens and F = K - 1 free positions. */
export interface CheckTask {
  name: string;
  /** Sums for every wrong token of every last token, in multiples of v^3 F. */
  work: number;
  answer(tokens: readonly number[]): number;
  answers(q: number): number[];
  /** Disjoint rules. */
  rules(q: number, y: number): Rule[];
  /** Whether x is counted by itself at gap g. */
  near(x: number, y: number, g: number): boolean;
  /** How many sets of wrong tokens a gap of 1 or more makes, at most. */
  sets(g: number): number;
}

type Sizes = { v: number; F: number };

const count = (n: number) => Array.from({ length: n }, (_, i) => i);

/** The position of the largest token, the first of several: token p for position p. */
function argmax({ v, F }: Sizes): CheckTask {
  return {
    name: "argmax",
    work: F + 1,
    answer(tokens) {
      let at = 0;
      for (let i = 1; i < tokens.length; i++) if (tokens[i] > tokens[at]) at = i;
      return at;
    },
    answers: (q) => count(F + 1).filter((p) => p < F || q > 0),
    // One rule for each value m of the largest token.
    rules: (q, p) =>
      count(v).filter((m) => p === F ? m === q : m >= q && (m > 0 || p === 0)).map((m) => ({
        states: 1,
        start: 0,
        step: (_, i, t) => (i < p ? t < m : i === p ? t === m : t <= m) ? 0 : -1,
        ends: () => true,
      })),
    near: (x, y) => x <= F && x !== y,
    sets: () => F + 2,
  };
}

/** The second largest token, copies counted: states are 3 · (tokens above it) + copies of it, to 2. */
function second({ v }: Sizes): CheckTask {
  return {
    name: "second",
    work: 6,
    answer(tokens) {
      let first = -1, next = -1;
      for (const t of tokens) {
        if (t > first) {
          next = first;
          first = t;
        } else if (t > next) next = t;
      }
      return next;
    },
    answers: () => count(v),
    rules: (q, s) => [{
      states: 6,
      start: q > s ? 3 : q === s ? 1 : 0,
      step(state, _, t) {
        if (t < s) return state;
        if (t > s) return state >= 3 ? -1 : state + 3;
        return state % 3 === 2 ? state : state + 1;
      },
      ends: (state) => state === 2 || state > 3,
    }],
    near: (x, y, g) => x !== y && Math.abs(x - y) < g,
    sets: (g) => 2 * g,
  };
}

const TASKS: Record<string, (sizes: Sizes) => CheckTask> = { argmax, second };

/** The task that a certificate names; none where its answer is the largest token. */
export function readTask(
  name: Json | undefined,
  { d_vocab: v, n_ctx: K }: MaxOfKConfig,
): CheckTask | undefined {
  if (name === undefined) return undefined;
  if (typeof name !== "string" || !Object.hasOwn(TASKS, name)) {
    return reject(`unknown task ${show(name)}; known: ${Object.keys(TASKS).join(", ")}`);
  }
  if (name === "argmax" && v < K) reject(`there is no token for each of ${K} positions`);
  return TASKS[name]({ v, F: K - 1 });
}
