/** How far an activation lies from those of a reference text, in units of their spread. @module */
import { matrix, svd } from "../../numerics/linear_algebra.ts";

/** The squared distance of one row [d_in]. */
export type Distances = (row: ArrayLike<number>) => number;

/** Directions with less than this share of the largest variance do not count: they are rounding. */
const LEAST = 1e-6;

/**
 * (x − mean)ᵀ Σ⁻¹ (x − mean) with mean and covariance of `rows` [n, d_in]; directions in which the rows
 * do not vary are left out. Throws where no direction varies.
 */
export function mahalanobis(rows: ArrayLike<number>, { d_in }: { d_in: number }): Distances {
  const n = rows.length / d_in, mean = new Float64Array(d_in);
  for (let at = 0; at < rows.length; at++) mean[at % d_in] += rows[at] / n;
  const covariance = new Float64Array(d_in * d_in), centred = new Float64Array(d_in);
  for (let r = 0; r < n; r++) {
    for (let a = 0; a < d_in; a++) centred[a] = rows[r * d_in + a] - mean[a];
    for (let a = 0; a < d_in; a++) {
      for (let b = 0; b <= a; b++) covariance[a * d_in + b] += centred[a] * centred[b] / n;
    }
  }
  for (let a = 0; a < d_in; a++) {
    for (let b = 0; b < a; b++) covariance[b * d_in + a] = covariance[a * d_in + b];
  }
  const { U, S } = svd(matrix(covariance, d_in, d_in));
  const kept = Array.from(S.keys()).filter((k) => S[k] > LEAST * S[0]);
  if (!(S[0] > 0)) {
    throw new RangeError(
      `Cannot measure distances: expected activations that vary but found ${n} equal rows: take a ` +
        "longer reference text",
    );
  }
  return (row) =>
    kept.reduce((sum, k) => {
      let along = 0;
      for (let a = 0; a < d_in; a++) along += U.data[a * U.cols + k] * (row[a] - mean[a]);
      return sum + along * along / S[k];
    }, 0);
}
