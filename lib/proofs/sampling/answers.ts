/**
 * What a model answers to drawn sequences: in float64 where its error is far below the margin, else
 * decided exactly.
 * @module
 */
import { plainModel } from "../analysis/plain_model.ts";
import { largestSize } from "../../numerics/numbers.ts";
import type { MaxOfKConfig } from "../max_of_k.ts";
import type { ProofTables } from "../tables/folded.ts";
import { decideSequence } from "../theorems/brute_force.ts";

/** A margin is a difference of two sums: fewer than 2 (K + 20) roundings of 2^-53, K <= 1024. */
const FLOAT_ERROR = 1e-12;

/**
 * Whether a sequence is right for certain: in real arithmetic, where a tie is wrong, or in every
 * evaluation of the class that the tables are widened for.
 */
export function certainlyRight(tables: ProofTables): (tokens: ArrayLike<number>) => boolean {
  const decided = (tokens: ArrayLike<number>) =>
    decideSequence(tables, Array.from(tokens)).answer === "right";
  if (tables.evaluation) return decided;
  const { v, K, weights, moved, EU } = plainModel(tables);
  const least = FLOAT_ERROR * (largestSize(moved) + largestSize(EU));
  const logits = new Float64Array(v);
  return (tokens) => {
    const q = tokens[K - 1];
    let total = 0, m = 0;
    logits.fill(0);
    for (let i = 0; i < K; i++) {
      const t = tokens[i], w = weights[(q * K + i) * v + t], row = (i * v + t) * v;
      if (t > m) m = t;
      total += w;
      for (let x = 0; x < v; x++) logits[x] += w * moved[row + x];
    }
    const own = logits[m] + total * EU[q * v + m];
    let best = -Infinity;
    for (let x = 0; x < v; x++) {
      const logit = x === m ? -Infinity : logits[x] + total * EU[q * v + x];
      if (logit > best) best = logit;
    }
    // The enclosures' width, weights that underflow to 1e-300 and what sums lose are all within it.
    const near = total * least + 1e-280;
    if (own - best > near) return true;
    return own - best < -near ? false : decided(tokens);
  };
}

/** Operations of one such answer: K weights, their sum, v logits, v direct terms, v comparisons. */
export function answerFlops({ d_vocab: v, n_ctx: K }: MaxOfKConfig): number {
  return K + K - 1 + 2 * K * v + 3 * v;
}
