/**
 * A Max-of-K model in plain float64: fast, and good to about 1e-13 logits. Where a margin is not far
 * above that, sequences are decided elsewhere.
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
