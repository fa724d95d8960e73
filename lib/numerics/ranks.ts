/**
 * Whether one group's values lie below another's: one rank statistic, with its uncertainty.
 *
 * @module
 */
import { bootstrapInterval, type BootstrapOptions } from "./bootstrap.ts";
import { expectNumbers } from "./numbers.ts";

/**
 * The probability that a value of `lower` lies below a value of `upper`, ties counted half: the
 * area under the ROC curve, Mann and Whitney's U over the number of pairs. 1: all below, 0.5: no
 * difference.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { auc } from "./ranks.ts";
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
  options: BootstrapOptions,
): { auc: number; low: number; high: number } {
  const items = merge(lower, upper);
  const groups = [true, false].map((isLower) =>
    items.flatMap((item, i) => item.isLower === isLower ? [i] : [])
  );
  const statistic = (weights: Uint32Array) => weightedAuc(items, weights);
  const [low, high] = bootstrapInterval(groups, statistic, { name: "bootstrap-auc", ...options });
  return { auc: auc(lower, upper), low, high };
}

/**
 * Values that a group needs for an interval of its own: fewer hardly scatter when they are drawn again,
 * a single one not at all. Of intervals where nothing differs, against 200 others, 86 % miss 0.5 with
 * one value in the group, 25 % with three, 15 % with five, 10 % with ten and 7 % with twenty.
 */
export const LEAST_RANKED = 10;

/**
 * How well a value ranks a group of `of` below `others`; `interval`: 95 %, by the bootstrap, absent
 * where either has fewer than LEAST_RANKED.
 */
export type GroupAuc = { auc: number; of: number; others: number; interval?: [number, number] };

/** auc() of a group and of the others, with what can be said of its uncertainty; none where one is empty. */
export function groupAuc(
  group: readonly number[],
  others: readonly number[],
  { seed }: { seed: number },
): GroupAuc | undefined {
  const sizes = { of: group.length, others: others.length };
  const least = Math.min(sizes.of, sizes.others);
  if (least === 0) return undefined;
  if (least < LEAST_RANKED) return { auc: auc(group, others), ...sizes };
  const { auc: area, low, high } = bootstrapAuc(group, others, { seed });
  return { auc: area, ...sizes, interval: [low, high] };
}

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
