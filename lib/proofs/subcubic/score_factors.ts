/**
 * What EQKE is made of, and what an approximation of it returns.
 * @module
 */
import {
  type IntervalMatrix,
  pointMatrix,
  transposeIntervals,
} from "../arithmetic/interval_matrix.ts";
import type { Counted } from "../tables/counted.ts";
import type { ProofTables } from "../tables/folded.ts";

/** A [v, v] and upper bounds err [v]. */
export interface ScoreBound {
  A: IntervalMatrix;
  err: Float64Array;
}

/** The four factors of EQKE: Eq [v,d], W_Q [d,h], W_K^T [h,d], Ebar^T [d,v]. */
export interface ScoreFactors {
  Eq: IntervalMatrix;
  Q: IntervalMatrix;
  Kt: IntervalMatrix;
  EbarT: IntervalMatrix;
}

/**
 * The factors, enclosed. Pbar, the mean position, may be any vector: it cancels from row
 * differences.
 */
export function scoreFactors({ model }: ProofTables, product: Counted): ScoreFactors {
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = model.config;
  const mean = new Float64Array(d);
  model.W_pos.forEach((x, i) => mean[i % d] += x / K);
  const E = pointMatrix(model.W_E, v, d);
  const row = (value: (c: number) => number) =>
    pointMatrix(Float64Array.from({ length: v * d }, (_, i) => value(i % d)), v, d);
  return {
    Eq: product.plus(E, row((c) => model.W_pos[(K - 1) * d + c])),
    Q: pointMatrix(model.W_Q, d, h),
    Kt: transposeIntervals(pointMatrix(model.W_K, d, h)),
    EbarT: transposeIntervals(product.plus(E, row((c) => mean[c]))),
  };
}
