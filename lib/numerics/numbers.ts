/**
 * Lists of numbers of any length: their ends, their quantiles, and one check for all that take them. Nothing here spreads a
 * list into arguments, which a call takes some hundred thousand of.
 *
 * @module
 */
import { exactly, expectForm, number } from "../io/form.ts";
import { show } from "../io/show.ts";

/**
 * Throws where a value is no number or NaN, which has no place in an order and turns every sum into itself; infinities are
 * refused as well unless `infinite`. `Cannot ${action}: expected finite numbers but found NaN at 3 of 5: ${todo}`.
 */
export function expectNumbers(
  action: string,
  values: ArrayLike<number>,
  { infinite = false, todo = "leave out what has no value" } = {},
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === "number" && (infinite ? !Number.isNaN(value) : Number.isFinite(value))) {
      continue;
    }
    throw new RangeError(
      `Cannot ${action}: expected ${infinite ? "" : "finite "}numbers but found ${show(value)} ` +
        `at ${i} of ${values.length}: ${todo}`,
    );
  }
}

/** The largest value, -Infinity of none. */
export function largest(values: ArrayLike<number>): number {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  return most;
}

/** The smallest value, Infinity of none. */
export function smallest(values: ArrayLike<number>): number {
  let least = Infinity;
  for (let i = 0; i < values.length; i++) least = Math.min(least, values[i]);
  return least;
}

/** The largest absolute value, 0 of none. */
export function largestSize(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}

const SHARE = exactly({ share: number({ least: 0, most: 1 }) });

/**
 * Linear interpolation between order statistics, as numpy's default; `share` from 0 to 1.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quantile } from "./numbers.ts";
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
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  const step = sorted[above] - sorted[below], part = at - below;
  return Number.isFinite(step)
    ? sorted[below] + part * step
    : (1 - part) * sorted[below] + part * sorted[above];
}
