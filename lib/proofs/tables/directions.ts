/**
 * The mechanistic directions of a Max-of-K model, as untrusted hints.
 *
 * Any vectors give sound proofs; good ones give good proofs. Here: the singular vectors that
 * arXiv 2406.11779 interprets as "query" and "size" and takes out of the attention circuit.
 * @module
 */
import {
  addScaled,
  column,
  type Matrix,
  matrix,
  meanRow,
  multiply,
  removeDirection,
  type Svd,
  svd,
  topLeft,
  transpose,
} from "../../numerics/linear_algebra.ts";
import type { MaxOfKModel } from "../max_of_k.ts";

/** Hint vectors, [v] except W_Q_U and W_K_U [d]; `direct` is e [d] of svd_query. */
export interface Directions {
  /** First left singular vector of the scores EQKE. */
  query: number[];
  /** First right singular vector of the scores EQKE. */
  size: number[];
  /** Second left singular vector of the scores EQKE. */
  query2: number[];
  /** Second right singular vector of the scores EQKE. */
  size2: number[];
  /** First left singular vector of W_Q. */
  W_Q_U: number[];
  /** First left singular vector of W_K. */
  W_K_U: number[];
  /** The direction e of svd_query, taken out of the direct path. */
  direct: number[];
}

/** The model's factors in float64. Pbar is the mean position; Eq = E + P[K-1]; Ebar = E + Pbar. */
export interface PlainFactors {
  /** E + P[K-1], [v, d]. */
  Eq: Matrix;
  /** E + the mean position, [v, d]. */
  Ebar: Matrix;
  /** [d, d_head]. */
  W_Q: Matrix;
  /** [d, d_head]. */
  W_K: Matrix;
  /** [d, d_head]. */
  W_V: Matrix;
  /** [d_head, d]. */
  W_O: Matrix;
  /** [d, v]. */
  W_U: Matrix;
  /** Embeddings, [v, d]. */
  E: Matrix;
  /** Positions, [K, d]. */
  P: Matrix;
}

/** Float64 copies of the weights and the two shifted embeddings. */
export function plainFactors(model: MaxOfKModel): PlainFactors {
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = model.config;
  const E = matrix(model.W_E, v, d), P = matrix(model.W_pos, K, d);
  const shifted = (row: Float64Array) => ({ ...E, data: E.data.map((x, i) => x + row[i % d]) });
  return {
    E,
    P,
    Eq: shifted(P.data.slice((K - 1) * d)),
    Ebar: shifted(meanRow(P).data),
    W_Q: matrix(model.W_Q, d, h),
    W_K: matrix(model.W_K, d, h),
    W_V: matrix(model.W_V, d, h),
    W_O: matrix(model.W_O, h, d),
    W_U: matrix(model.W_U, d, v),
  };
}

/** SVD of the position-free scores EQKE = Eq W_Q W_K^T Ebar^T, signs fixed by mean(u) >= 0. */
export function scoreSvd({ Eq, Ebar, W_Q, W_K }: PlainFactors): Svd {
  const left = multiply(Eq, W_Q), right = multiply(Ebar, W_K);
  const parts = svd(multiply(left, transpose(right)));
  for (let n = 0; n < parts.S.length; n++) {
    if (column(parts.U, n).reduce((sum, x) => sum + x, 0) >= 0) continue;
    for (let r = 0; r < parts.U.rows; r++) {
      parts.U.data[r * parts.U.cols + n] *= -1;
      parts.V.data[r * parts.V.cols + n] *= -1;
    }
  }
  return parts;
}

/** The directions the published strategies use (with the repaired `direct`). */
export function findDirections(factors: PlainFactors): Directions {
  const { U, V } = scoreSvd(factors);
  const query = column(U, 0), size = column(V, 0);
  const u = topLeft(multiply(factors.Eq, factors.W_U));
  const mean = u.reduce((sum, x) => sum + x, 0) / u.length;
  const direct = multiply(matrix(u.map((x) => x * mean), 1, u.length), factors.Eq);
  return {
    query: [...query],
    size: [...size],
    query2: [...topLeft(removeDirection(factors.Eq, query))],
    size2: [...topLeft(removeDirection(factors.Ebar, size))],
    W_Q_U: [...topLeft(factors.W_Q)],
    W_K_U: [...topLeft(factors.W_K)],
    direct: [...direct.data],
  };
}

/**
 * e of the published svd_query: +-u^T X with the sign that leaves the smaller mean norm of (X -+ e)
 * W_U.
 */
export function publishedDirect(X: Matrix, W_U: Matrix): Float64Array {
  const u = topLeft(multiply(X, W_U));
  const e = multiply(matrix(u, 1, u.length), X);
  const left = (sign: number) => {
    const rest = multiply(
      addScaled(X, multiply(matrix(u.map(() => 1), X.rows, 1), e), -sign),
      W_U,
    );
    let total = 0;
    for (let q = 0; q < rest.rows; q++) {
      const row = rest.data.subarray(q * rest.cols, (q + 1) * rest.cols);
      total += Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    }
    return total;
  };
  return left(-1) < left(1) ? e.data.map((x) => -x) : e.data;
}
