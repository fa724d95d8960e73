/**
 * How far two orders of the same items agree: Spearman's and Kendall's coefficients, ties allowed.
 *
 * @module
 */
import { expectNumbers } from "./numbers.ts";

/**
 * Ranks from 1, ties at their mean.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { averageRanks } from "./rank_correlation.ts";
 * assertEquals(averageRanks([0.5, 3, 0.5, 2]), Float64Array.of(1.5, 4, 1.5, 3));
 * ```
 * Infinities have a rank, NaN is refused.
 */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  expectNumbers("rank", values, { infinite: true });
  const sorted = Float64Array.from(values).sort();
  const rankAt = new Float64Array(sorted.length); // where a run of equals begins, their rank
  for (let first = 0, next = 0; first < sorted.length; first = next) {
    while (next < sorted.length && sorted[next] === sorted[first]) next++;
    rankAt[first] = (first + 1 + next) / 2;
  }
  const ranks = new Float64Array(sorted.length); // a loop: Float64Array.from() takes ten times as long
  for (let i = 0; i < ranks.length; i++) ranks[i] = rankAt[firstNotBelow(sorted, values[i])];
  return ranks;
}

/** By halving: a map keyed by the values takes five times as long. */
function firstNotBelow(sorted: Float64Array, value: number): number {
  let low = 0, high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pearson's correlation. Throws on fewer than three values, and where one side is constant. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const action = "correlate";
  expectPaired(action, x, y);
  for (const values of [x, y]) expectNumbers(action, values);
  const [a, b] = [centred(x), centred(y)];
  for (const { square } of [a, b]) if (!(square > 0)) refuseConstant(action, x.length);
  let product = 0;
  for (let i = 0; i < x.length; i++) product += a.values[i] * b.values[i];
  return clamp(product / Math.sqrt(a.square) / Math.sqrt(b.square));
}

/**
 * Spearman's coefficient: Pearson's of the ranks, ties averaged. Throws on fewer than three values,
 * and where one side is constant.
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  expectPaired("correlate ranks", x, y);
  return pearson(averageRanks(x), averageRanks(y));
}

/**
 * Kendall's tau-b, in n log n steps (Knight 1966). Throws as spearman() does.
 *
 *   tau_b = (concordant - discordant) / sqrt((pairs - ties in x) (pairs - ties in y))
 */
export function kendall(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const action = "correlate orders";
  expectPaired(action, x, y);
  const [rx, ry] = [averageRanks(x), averageRanks(y)];
  const n = rx.length, pairs = n * (n - 1) / 2;
  const order = new Uint32Array(n).map((_, i) => i);
  order.sort((i, j) => rx[i] - rx[j] || ry[i] - ry[j]);
  const tiedX = tiedPairs(order, (i, j) => rx[i] === rx[j]);
  const tiedBoth = tiedPairs(order, (i, j) => rx[i] === rx[j] && ry[i] === ry[j]);
  const sorted = Float64Array.from(order, (i) => ry[i]);
  const discordant = sortCounting(sorted, new Float64Array(n));
  const tiedY = tiedPairs(sorted, (a, b) => a === b);
  if (tiedX === pairs || tiedY === pairs) refuseConstant(action, n);
  const difference = pairs - tiedX - tiedY + tiedBoth - 2 * discordant;
  return clamp(difference / Math.sqrt(pairs - tiedX) / Math.sqrt(pairs - tiedY));
}

/** Throws unless both sides hold the same items, three at least: two always lie on a line. */
export function expectPaired(action: string, x: ArrayLike<number>, y: ArrayLike<number>): void {
  if (x.length === y.length && x.length >= 3) return;
  throw new RangeError(
    `Cannot ${action}: expected two lists of one length, 3 at least, but found ${x.length} and ` +
      `${y.length} values: pass both values of every item`,
  );
}

function refuseConstant(action: string, n: number): never {
  throw new RangeError(
    `Cannot ${action}: expected values that differ but found ${n} times the same: leave them out`,
  );
}

function centred(x: ArrayLike<number>): { values: Float64Array; square: number } {
  const values = Float64Array.from(x);
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  let square = 0;
  const constant = values.every((value) => value === values[0]); // the mean of equal ones is rounded
  for (let i = 0; i < values.length; i++) square += (values[i] -= mean) ** 2;
  return { values, square: constant ? 0 : square };
}

/** Rounding may leave a coefficient beyond its ends. */
function clamp(coefficient: number): number {
  return Math.max(-1, Math.min(1, coefficient));
}

/** Pairs within runs of equal neighbours. */
function tiedPairs(
  sorted: ArrayLike<number>,
  equal: (a: number, b: number) => boolean,
): number {
  let pairs = 0;
  for (let i = 1, run = 0; i < sorted.length; i++) {
    run = equal(sorted[i - 1], sorted[i]) ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

/** Sorts by merging, in place; gives the number of pairs that stood the wrong way round. */
function sortCounting(values: Float64Array, spare: Float64Array): number {
  const n = values.length;
  if (n < 2) return 0;
  const half = n >> 1;
  let swaps = sortCounting(values.subarray(0, half), spare) +
    sortCounting(values.subarray(half), spare);
  for (let i = 0, j = half, to = 0; to < n; to++) {
    if (j === n || (i < half && values[i] <= values[j])) spare[to] = values[i++];
    else {
      spare[to] = values[j++];
      swaps += half - i;
    }
  }
  values.set(spare.subarray(0, n));
  return swaps;
}
