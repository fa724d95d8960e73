/**
 * Small-number statistics of a diff: quantiles, shares with their uncertainty and base rate, and one
 * rank statistic. Few latents turn, so a percentage alone says little; counts stand beside all of them.
 *
 * @module
 */
import { exactly, expectForm, having, integer, maybe, number, whole } from "../io/form.ts";
import { expectNumbers, quantile } from "./numbers.ts";
import { stream } from "./random.ts";

/** `count` of `of`, for example 20 of 38. */
export type Count = { count: number; of: number };

/** Throws unless `count` and `of` are whole numbers, the first no larger. */
function expectCount(action: string, { count, of }: Count): void {
  expectForm(action, { of }, exactly({ of: whole(0) }));
  expectForm(action, { count }, exactly({ count: whole(0, of) }));
}

/** In percent, undefined for 0 of 0. */
export function percentOf({ count, of }: Count): number | undefined {
  expectCount("give a share", { count, of });
  return of === 0 ? undefined : 100 * count / of;
}

/** How many of the rows have a property. */
export function countOf<T>(rows: readonly T[], has: (row: T) => boolean): Count {
  return { count: rows.filter(has).length, of: rows.length };
}

/**
 * The rows to hold a group's rate against: `n` random ones of those outside the group, or all of them
 * where there are fewer. Same seed and rows, same choice.
 */
export function randomRows<T>(
  others: readonly T[],
  options: { seed: number; n?: number },
): T[] {
  expectForm("choose random rows", options, having({ seed: integer, n: maybe(whole(1)) }));
  const { seed, n = 500 } = options;
  if (others.length <= n) return [...others];
  const chosen = stream(seed, "base-rate").permutation(others.length).subarray(0, n);
  return Array.from(chosen, (i) => others[i]);
}

/** How many of randomRows() have a property. */
export function baseRate<T>(
  others: readonly T[],
  has: (row: T) => boolean,
  options: { seed: number; n?: number },
): Count {
  return countOf(randomRows(others, options), has);
}

/** The 95 % interval of a share after Wilson (1927), in percent; 0 to 100 for 0 of 0. */
export function wilsonInterval({ count, of }: Count): [number, number] {
  expectCount("give an interval", { count, of });
  if (of === 0) return [0, 100];
  const z = 1.959964;
  const share = count / of;
  const centre = share + z * z / (2 * of);
  const half = z * Math.sqrt(share * (1 - share) / of + z * z / (4 * of * of));
  const scale = 100 / (1 + z * z / of);
  return [Math.max(0, scale * (centre - half)), Math.min(100, scale * (centre + half))];
}

/**
 * The probability that a value of `lower` lies below a value of `upper`, ties counted half: the area
 * under the ROC curve, Mann and Whitney's U over the number of pairs. 1: all below, 0.5: no difference.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { auc } from "./intervals.ts";
 * assertEquals(auc([1, 3], [2, 4]), 0.75); // 1 < 2, 1 < 4, 3 > 2, 3 < 4
 * ```
 */
export function auc(lower: readonly number[], upper: readonly number[]): number {
  const items = merge(lower, upper);
  return weightedAuc(items, new Uint32Array(items.length).fill(1));
}

/** auc() with a percentile bootstrap interval; each group is resampled on its own. */
export function bootstrapAuc(
  lower: readonly number[],
  upper: readonly number[],
  options: { seed: number; resamples?: number; level?: number },
): { auc: number; low: number; high: number } {
  expectForm("resample ranks", options, BOOTSTRAP);
  const { seed, resamples = 2000, level = 0.95 } = options;
  const items = merge(lower, upper);
  const members = [true, false].map((isLower) =>
    items.flatMap((item, i) => item.isLower === isLower ? [i] : [])
  );
  const random = stream(seed, "bootstrap-auc");
  const weights = new Uint32Array(items.length); // how often each item was drawn
  const areas = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    weights.fill(0);
    for (const group of members) {
      for (let n = group.length; n > 0; n--) weights[group[random.int(group.length)]]++;
    }
    areas[r] = weightedAuc(items, weights);
  }
  return {
    auc: auc(lower, upper),
    low: quantile(areas, (1 - level) / 2),
    high: quantile(areas, (1 + level) / 2),
  };
}

const BOOTSTRAP = exactly({
  seed: integer,
  resamples: maybe(whole(1)),
  level: maybe(number({ above: 0, below: 1 })),
});

type Item = { value: number; isLower: boolean };

function merge(lower: readonly number[], upper: readonly number[]): Item[] {
  if (lower.length === 0 || upper.length === 0) {
    throw new RangeError(
      "Cannot compare ranks: expected values in both groups but found " +
        `${lower.length} and ${upper.length}: leave the statistic out`,
    );
  }
  for (const values of [lower, upper]) expectNumbers("compare ranks", values, { infinite: true });
  const items = [
    ...Array.from(lower, (value) => ({ value, isLower: true })),
    ...Array.from(upper, (value) => ({ value, isLower: false })),
  ];
  return items.sort((a, b) => a.value - b.value);
}

/** One walk over the sorted items, tie by tie. */
function weightedAuc(items: Item[], weights: Uint32Array): number {
  let lowerBefore = 0, upperBefore = 0, pairs = 0;
  for (let i = 0; i < items.length;) {
    let lower = 0, upper = 0;
    const { value } = items[i];
    for (; i < items.length && items[i].value === value; i++) {
      if (items[i].isLower) lower += weights[i];
      else upper += weights[i];
    }
    pairs += upper * (lowerBefore + lower / 2);
    lowerBefore += lower;
    upperBefore += upper;
  }
  return pairs / (lowerBefore * upperBefore);
}
