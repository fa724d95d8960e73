/**
 * Lists of numbers of any length: their ends, and one check for all that take them. Nothing here
 * spreads a list into arguments, which a call takes some hundred thousand of.
 *
 * @module
 */
import { show } from "../io/show.ts";

/**
 * Throws where a value is not a number, or is NaN, which has no place in an order and turns every
 * sum into itself; infinities are refused as well unless `infinite`. `Cannot ${action}: expected
 * finite numbers but found NaN at 3 of 5: ${todo}`.
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
