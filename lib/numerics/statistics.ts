/** Mean, spread, quantiles, fits and frontiers of samples. @module */
import { exactly, expectForm, number } from "../io/form.ts";
import { expectNumbers, largest, smallest } from "./numbers.ts";

/** The mean of values; NaN of none. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Some values in five numbers; `sd` is the sample's standard deviation. */
export type Spread = { n: number; mean: number; sd: number; min: number; max: number };

/**
 * Mean and sample standard deviation (0 for one value). Throws on none and on a value that is not
 * finite.
 */
export function spread(values: readonly number[]): Spread {
  const n = values.length;
  if (n === 0) {
    throw new RangeError("Cannot take a mean: expected values but found none: count them first");
  }
  expectNumbers("take a mean", values);
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return {
    n,
    mean,
    sd: n > 1 ? Math.sqrt(squares / (n - 1)) : 0,
    min: smallest(values),
    max: largest(values),
  };
}

/**
 * Mean and standard deviation of all values, and how much heavier their tails are than a normal
 * distribution's (0 there, NaN where all values are the same). Throws on a value that is not
 * finite.
 */
export function moments(
  values: Float64Array,
): { mean: number; sd: number; excessKurtosis: number } {
  expectNumbers("take moments", values);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  const fourth = values.reduce((sum, x) => sum + ((x - mean) / sd) ** 4, 0) / values.length;
  return { mean, sd, excessKurtosis: fourth - 3 };
}

/**
 * The middle value, or the mean of the two in the middle. Throws on none and on a value that is not
 * finite.
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) {
    throw new RangeError("Cannot take a median: expected values but found none: count them first");
  }
  expectNumbers("take a median", values);
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const SHARE = exactly({ share: number({ least: 0, most: 1 }) });

/**
 * Linear interpolation between order statistics, as numpy's default; `share` from 0 to 1.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quantile } from "./statistics.ts";
 * assertEquals(quantile([4, 1, 3, 2], 0.5), 2.5);
 * ```
 * Throws on no values, on one that is not finite, and on another share.
 */
export function quantile(values: Iterable<number>, share: number): number {
  expectForm("take a quantile", { share }, SHARE);
  const list = Array.isArray(values) || ArrayBuffer.isView(values) ? values : Array.from(values);
  expectNumbers("take a quantile", list as ArrayLike<number>);
  const sorted = Float64Array.from(list as ArrayLike<number>).sort();
  if (sorted.length === 0) {
    throw new RangeError(
      "Cannot take a quantile: expected values but found none: count them first",
    );
  }
  return quantileOfSorted(sorted, share);
}

/** The same of numbers that rise, at least one, without the checks: for millions of short lists. */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  const step = sorted[above] - sorted[below], part = at - below;
  return Number.isFinite(step)
    ? sorted[below] + part * step
    : (1 - part) * sorted[below] + part * sorted[above];
}

/** Mean and percentiles of a sample, each a value of it. */
export type Percentiles = {
  mean: number;
  p5: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
};

/**
 * Mean and percentiles by nearest rank: the least value that so many percent of all do not exceed.
 * Throws on no values and on one that is not finite.
 */
export function percentiles(values: ArrayLike<number>): Percentiles {
  expectNumbers("take percentiles", values);
  if (values.length === 0) {
    throw new RangeError("Cannot take percentiles: expected values but found none: count first");
  }
  const sorted = Float64Array.from(values).sort();
  const at = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  const mean = sorted.reduce((a, b) => a + b, 0) / sorted.length;
  return { mean, p5: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95) };
}

/** A straight line fitted by least squares, and the share of the variance that it explains. */
export type Fit = { slope: number; intercept: number; r2: number; n: number };

/**
 * Least squares y = slope x + intercept; undefined with fewer than two different x. Throws on
 * values that are not finite.
 */
export function linearFit(points: readonly { x: number; y: number }[]): Fit | undefined {
  const n = points.length;
  for (const axis of ["x", "y"] as const) {
    expectNumbers("fit a line", points.map((point) => point[axis]));
  }
  if (n < 2) return undefined;
  const mx = points.reduce((sum, { x }) => sum + x, 0) / n;
  const my = points.reduce((sum, { y }) => sum + y, 0) / n;
  let xx = 0, xy = 0, yy = 0;
  for (const { x, y } of points) {
    xx += (x - mx) ** 2;
    xy += (x - mx) * (y - my);
    yy += (y - my) ** 2;
  }
  if (xx === 0) return undefined;
  const slope = xy / xx;
  return { slope, intercept: my - slope * mx, r2: yy === 0 ? 1 : slope * xy / yy, n };
}

/**
 * Rows for which no other has both a larger bound and fewer FLOPs. Throws on values that are not
 * finite.
 */
export function frontier<T extends { bound: number; flops: number }>(rows: readonly T[]): T[] {
  for (const key of ["bound", "flops"] as const) {
    expectNumbers("take a frontier", rows.map((row) => row[key]));
  }
  return rows.filter((row) =>
    !rows.some((other) => other.bound > row.bound && other.flops < row.flops)
  );
}
