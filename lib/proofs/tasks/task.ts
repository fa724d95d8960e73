/**
 * What a model is asked for. "max", the largest token, is what the theorems were made for; this is
 * which of them hold for other questions of its kind, and why.
 *
 * All start from one fact (tables/query_terms.ts). Let a sequence have the last token q and the
 * right answer y, a token. Times the softmax denominator, which is positive, logit[x] - logit[y] is
 *   b_x + sum over free positions i of h_x(i, t_i),   b_x = h_x(K-1, q),
 *   h_x(i,t) = w(i,t) (EVOU[t,x] - EVOU[t,y] + PVOU[i,x] - PVOU[i,y] + EU[q,x] - EU[q,y]),
 * and the answer is right iff that is below 0 for every x != y: y's logit has to beat all others,
 * those of tokens that are no answer to any sequence among them. Nothing here asks what y is to the
 * sequence. A task decides only which sequences have which answer.
 *
 * - brute-force decides each sequence by that fact: it holds for any task.
 * - N4 and N4-partition: the sequences with q and y that some x of a set X wins are among those with
 *   max b_x + sum of max_{x in X} h_x(i,t_i) >= 0, and contain those that one x certainly wins. So
 *   wrong <= min(all, the sum over a partition of the x != y), and wrong >= the largest over x. They
 *   need the number of sequences of (q, y) whose sum reaches a threshold. Grids count it wherever the
 *   sequences are the words of a small automaton (language.ts): rounding a term up moves no sequence
 *   below the threshold that was not there. Several disjoint languages may make up a pair (q, y);
 *   the minimum is then taken of each.
 * - N5 is the same with few sets: each x near the answer by itself, all others by row maxima, those
 *   below the answer and those above it. Any set may be called near. A task says which are: those that are likely to win.
 * - cubic, the subcubic ones and N6 replace tokens below the largest by one another and take
 *   attention to the largest to decide: with another answer, what they reach has other answers, or
 *   attention goes elsewhere. N1 to N3 count by where the largest token stands. All these would be
 *   other theorems, and are refused.
 *
 * What is summed are upper ends of each weight and each difference of table entries, so that the
 * bounds hold for widened tables too: for every float32 evaluation of a class.
 * @module
 */
import type { MaxOfKConfig } from "../max_of_k.ts";
import type { Language } from "./language.ts";

/** Sizes of a model that is asked. */
export interface TaskSizes {
  /** d_vocab */
  v: number;
  /** Free positions, K - 1. */
  F: number;
}

/** A question other than "max". */
export interface Task {
  /** As --task and certificates call it. */
  name: string;
  /** What is asked, in a line. */
  title: string;
  /** The right answer, a token. */
  answer(tokens: readonly number[]): number;
  /** Tokens that answer a sequence with last token q. */
  answers(q: number, sizes: TaskSizes): number[];
  /** The sequences with last token q and answer y: disjoint languages of their free positions. */
  languages(q: number, y: number, sizes: TaskSizes): Language[];
  /** Wrong tokens near y at gap g >= 1, other than y. */
  near(y: number, g: number, sizes: TaskSizes): number[];
  /** Whether a larger gap makes more tokens near. */
  gaps: boolean;
  /** Throws where a model of these sizes cannot be asked. */
  check(sizes: MaxOfKConfig): void;
}
