/**
 * Linear fits with several columns, by modified Gram-Schmidt in float64.
 *
 * @module
 */
import { expectNumbers } from "./numbers.ts";

/** A = Q R by columns; a column that the earlier ones determine has no part in it. */
export type ColumnFactors = {
  /** Orthonormal columns, each [rows]. */
  Q: Float64Array[];
  /** For each kept column its coefficients on Q, the last one on its own direction. */
  R: Float64Array[];
  /** Which columns were kept, rising. */
  kept: number[];
  columns: number;
};

/** Below this share of its own length, what is left of a column is rounding. */
const DEPENDENT = 1e-9;

/** Factors columns of one length, in their order. Throws on values that are not finite. */
export function factor(columns: readonly ArrayLike<number>[]): ColumnFactors {
  const factors: ColumnFactors = { Q: [], R: [], kept: [], columns: columns.length };
  columns.forEach((column, at) => {
    expectNumbers("fit columns", column);
    const left = Float64Array.from(column);
    const length = norm(left);
    const parts = new Float64Array(factors.Q.length + 1);
    for (let pass = 0; pass < 2; pass++) { // twice is enough (Giraud and Langou 2005)
      factors.Q.forEach((q, i) => parts[i] += subtractPart(left, q));
    }
    const rest = norm(left);
    if (!(rest > DEPENDENT * length)) return;
    parts[parts.length - 1] = rest;
    factors.Q.push(left.map((x) => x / rest));
    factors.R.push(parts);
    factors.kept.push(at);
  });
  return factors;
}

/** What the columns do not explain of y [rows]. */
export function residual({ Q }: ColumnFactors, y: ArrayLike<number>): Float64Array {
  const left = Float64Array.from(y);
  for (let pass = 0; pass < 2; pass++) for (const q of Q) subtractPart(left, q);
  return left;
}

/** The least-squares coefficients of y [rows], one a column, 0 for one that was not kept. */
export function coefficients(
  { Q, R, kept, columns }: ColumnFactors,
  y: ArrayLike<number>,
): Float64Array {
  const left = Float64Array.from(y);
  const onQ = Q.map((q) => subtractPart(left, q));
  const result = new Float64Array(columns);
  for (let k = kept.length - 1; k >= 0; k--) {
    let sum = onQ[k];
    for (let later = k + 1; later < kept.length; later++) {
      sum -= R[later][k] * result[kept[later]];
    }
    result[kept[k]] = sum / R[k][k];
  }
  return result;
}

function subtractPart(y: Float64Array, q: Float64Array): number {
  let part = 0;
  for (let i = 0; i < y.length; i++) part += y[i] * q[i];
  for (let i = 0; i < y.length; i++) y[i] -= part * q[i];
  return part;
}

function norm(y: Float64Array): number {
  let square = 0;
  for (let i = 0; i < y.length; i++) square += y[i] * y[i];
  return Math.sqrt(square);
}
