/**
 * A Max-of-K model in plain float64 for sampling: fast, and good to about 1e-13 logits. Estimates
 * rest on it, proofs do not.
 * @module
 */
import type { ProofTables } from "../tables/folded.ts";

/** Logits of sequences, times the softmax denominator (positive, so the order stays). */
export type PlainModel = {
  v: number;
  K: number;
  /** e^(score) of token t at position i for query q, at (q * K + i) * v + t: [v, K, v]. */
  weights: Float64Array;
  /** EVOU[t] + PVOU[i], at (i * v + t) * v: [K, v, v]. */
  moved: Float64Array;
  /** [v, v] */
  EU: Float64Array;
};

/** Tables -> plain model. */
export function plainModel(tables: ProofTables): PlainModel {
  const { v, K, expEQK, expEQP, EVOU, PVOU, EU } = tables;
  const weights = new Float64Array(v * K * v), moved = new Float64Array(K * v * v);
  for (let q = 0; q < v; q++) {
    for (let i = 0; i < K; i++) {
      for (let t = 0; t < v; t++) {
        weights[(q * K + i) * v + t] = expEQK.lo[q * v + t] * expEQP.lo[q * K + i];
      }
    }
  }
  for (let i = 0; i < K; i++) {
    for (let t = 0; t < v; t++) {
      for (let x = 0; x < v; x++) {
        moved[(i * v + t) * v + x] = EVOU.lo[t * v + x] + PVOU.lo[i * v + x];
      }
    }
  }
  return { v, K, weights, moved, EU: EU.lo };
}

/** Decides single sequences: is the logit of the maximum above all others? A tie is wrong. */
export function rightAnswers({ v, K, weights, moved, EU }: PlainModel) {
  const logits = new Float64Array(v);
  return (tokens: ArrayLike<number>): boolean => {
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
    for (let x = 0; x < v; x++) {
      if (x !== m && !(logits[x] + total * EU[q * v + x] < own)) return false;
    }
    return true;
  };
}
