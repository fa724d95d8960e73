/**
 * Intervals of float64 numbers, and the ranges of a nonlinearity's slope and curvature on them.
 *
 * The formulas are bounds; their rounding, some units in the last place, is not added to them. A
 * checker that wants it has to add its own.
 *
 * @module
 */
import type { Nonlinearity } from "./nonlinearity.ts";

/** All numbers from lo to hi, both with it. */
export type Interval = { lo: number; hi: number };

/** A single number. */
export function point(x: number): Interval {
  return { lo: x, hi: x };
}

/** All x + y. */
export function plus(x: Interval, y: Interval): Interval {
  return { lo: x.lo + y.lo, hi: x.hi + y.hi };
}

/** All x − y, x and y on their own. */
export function less(x: Interval, y: Interval): Interval {
  return { lo: x.lo - y.hi, hi: x.hi - y.lo };
}

/** All x y. */
export function times(x: Interval, y: Interval): Interval {
  const products = [x.lo * y.lo, x.lo * y.hi, x.hi * y.lo, x.hi * y.hi];
  return { lo: Math.min(...products), hi: Math.max(...products) };
}

/** What lies in both, which have to meet. */
export function meet(x: Interval, y: Interval): Interval {
  return { lo: Math.max(x.lo, y.lo), hi: Math.min(x.hi, y.hi) };
}

/** x and 0 and all between. */
export function withZero({ lo, hi }: Interval): Interval {
  return { lo: Math.min(0, lo), hi: Math.max(0, hi) };
}

/** The largest |x|. */
export function sizeOf({ lo, hi }: Interval): number {
  return Math.max(Math.abs(lo), Math.abs(hi));
}

/** All of phi' inside x; of ReLU only what lies to the inner sides of its kink. */
export function slopeRange({ name, slope, turns }: Nonlinearity, x: Interval): Interval {
  if (name === "relu") return { lo: x.lo < 0 ? 0 : 1, hi: x.hi > 0 ? 1 : 0 };
  return rangeOver(slope, turns, x);
}

/** All of phi'' in x; unbounded where a ReLU's kink lies inside. */
export function curvatureRange({ name, curvature, bends }: Nonlinearity, x: Interval): Interval {
  if (name === "relu") return x.lo < 0 && x.hi > 0 ? { lo: 0, hi: Infinity } : point(0);
  return rangeOver(curvature, bends, x);
}

/** The range of f, which is monotone between its inner extremes. */
function rangeOver(f: (x: number) => number, extremes: readonly number[], x: Interval): Interval {
  const at = [x.lo, x.hi, ...extremes.filter((e) => e > x.lo && e < x.hi)].map(f);
  return { lo: Math.min(...at), hi: Math.max(...at) };
}
