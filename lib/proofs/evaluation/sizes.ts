/**
 * Matrices of upper bounds: sizes and errors, never negative, every result rounded up.
 *
 * A sum of up to 1024 products of such numbers is off by less than 1025 · 2^-53 of itself in
 * float64, and an entry made of a few of them by a few roundings: UP covers both.
 * @module
 */
import type { IntervalMatrix } from "../arithmetic/interval_matrix.ts";
import { type Flops, matmulFlops } from "../tables/flops.ts";

export const UP = 1 + 1e-12;
/** The smallest normal float32: what a flushed or subnormal number is off by at most. */
export const TINY = 2 ** -126;

/** Row-major, every entry at least 0. */
export interface Sizes {
  rows: number;
  cols: number;
  data: Float64Array;
}

/** Upper bounds of |a|. */
export function sizesOf({ rows, cols, mid, rad }: IntervalMatrix): Sizes {
  return { rows, cols, data: mid.map((x, i) => (Math.abs(x) + rad[i]) * UP) };
}

/** a b, rounded up: [n, k] [k, m] → [n, m]. */
export function timesSizes(a: Sizes, b: Sizes, flops: Flops): Sizes {
  const { rows, cols: inner } = a, { cols } = b;
  const data = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < inner; i++) {
      const x = a.data[r * inner + i];
      for (let c = 0, o = r * cols, p = i * cols; c < cols; c++, o++, p++) data[o] += x * b.data[p];
    }
  }
  flops.total += matmulFlops(rows, inner, cols);
  return { rows, cols, data: data.map((x) => x * UP) };
}

/** f of the entries of matrices of one shape, rounded up. */
export function eachSize<A extends Sizes[]>(
  sizes: [Sizes, ...A],
  f: (first: number, ...others: { [K in keyof A]: number }) => number,
  flops: Flops,
): Sizes {
  const [{ rows, cols, data }, ...others] = sizes;
  flops.total += sizes.length * data.length;
  const at = (i: number) => others.map((b) => b.data[i]) as { [K in keyof A]: number };
  return { rows, cols, data: data.map((x, i) => f(x, ...at(i)) * UP) };
}

/** a + b + ..., rounded up. */
export function plusSizes(flops: Flops, first: Sizes, ...others: Sizes[]): Sizes {
  return others.reduce((sum, b) => eachSize([sum, b], (x, y) => x + y, flops), first);
}

/** The largest entry of every column, over all rows: [1, cols]. */
export function columnTops({ rows, cols, data }: Sizes): Sizes {
  const top = new Float64Array(cols);
  for (let i = 0; i < rows * cols; i++) if (!(data[i] <= top[i % cols])) top[i % cols] = data[i];
  return { rows: 1, cols, data: top };
}

/** The sum of all entries. */
export function totalSize({ data }: Sizes): number {
  return data.reduce((sum, x) => sum + x, 0) * UP;
}

/** The largest entry; NaN and Infinity stay. */
export function largestSize({ data }: Sizes): number {
  return data.reduce((top, x) => x <= top ? top : x, 0);
}

/** (1 + a)(1 + b)... - 1 for errors a, b, ... from 0, rounded up. */
export function together(...errors: number[]): number {
  return errors.reduce((sum, e) => sum + e + sum * e, 0) * UP;
}

/** n roundings one after the other: gamma_n = n u / (1 - n u), at least (1 + u)^n - 1. */
export function roundings(n: number, u: number): number {
  return n * u < 0.25 ? n * u / (1 - n * u) * UP : Infinity;
}
