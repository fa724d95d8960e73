/**
 * How well the head of one order finds the head of another.
 *
 * @module
 */
import { exactly, expectForm, whole } from "../io/form.ts";
import { expectNumbers } from "./numbers.ts";
import { expectPaired } from "./rank_correlation.ts";

/**
 * The share of the k largest of `scores` that are among the k largest of `truth`. Ties at the edge
 * are counted at what a random order of the tied ones would give on average, on both sides. By
 * chance k / n.
 */
export function precisionAtK(
  scores: ArrayLike<number>,
  truth: ArrayLike<number>,
  k: number,
): number {
  expectHeads("take precision", { scores, truth, k });
  const [chosen, relevant] = [headShares(scores, k), headShares(truth, k)];
  return chosen.reduce((sum, share, i) => sum + share * relevant[i], 0) / k;
}

/**
 * Average precision of a list: the mean, over all positives, of the share of positives among the
 * items up to each one that the list holds; positives that it lacks count 0. `relevant`: the items in
 * the list's order. 0 where there are none to find.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { averagePrecision } from "./retrieval.ts";
 * assertEquals(averagePrecision([true, false, true], 2), (1 + 2 / 3) / 2);
 * ```
 * Throws on fewer positives than the list holds.
 */
export function averagePrecision(relevant: readonly boolean[], positives: number): number {
  const listed = relevant.filter(Boolean).length;
  expectForm(
    "take average precision",
    { positives },
    exactly({ positives: whole(listed) }),
    "count the positives of the list among all",
  );
  let found = 0, sum = 0;
  relevant.forEach((yes, i) => {
    if (yes) sum += ++found / (i + 1);
  });
  return positives === 0 ? 0 : sum / positives;
}

/**
 * Normalised discounted cumulative gain at k (Järvelin and Kekäläinen 2002): gains are the truth
 * itself, not below 0, the one at place p is divided by log2(p + 1), and the sum by that of the
 * best order. Ties of `scores` share the mean of their gains.
 */
export function ndcg(
  scores: ArrayLike<number>,
  gains: ArrayLike<number>,
  k: number = scores.length,
): number {
  const action = "take a discounted gain";
  expectHeads(action, { scores, truth: gains, k });
  const least = Array.prototype.reduce.call(gains, (a, b) => Math.min(a as number, b), 0);
  if ((least as number) < 0) {
    throw new RangeError(
      `Cannot ${action}: expected gains from 0 but found ${least}: take their size, or their ranks`,
    );
  }
  const best = discounted(gains, gains, k);
  if (best > 0) return discounted(scores, gains, k) / best;
  throw new RangeError(
    `Cannot ${action}: expected a gain above 0 but found none: leave the measure out`,
  );
}

function discounted(scores: ArrayLike<number>, gains: ArrayLike<number>, k: number): number {
  const order = falling(scores);
  let sum = 0;
  for (let first = 0, next = 0; first < k; first = next) {
    let gain = 0, weight = 0;
    for (; next < order.length && scores[order[next]] === scores[order[first]]; next++) {
      gain += gains[order[next]];
      if (next < k) weight += 1 / Math.log2(next + 2);
    }
    sum += weight * gain / (next - first);
  }
  return sum;
}

/** By item, how likely it is among the k largest when ties are broken at random. */
function headShares(values: ArrayLike<number>, k: number): Float64Array {
  const edge = Float64Array.from(values).sort()[values.length - k];
  let above = 0, tied = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] > edge) above++;
    else if (values[i] === edge) tied++;
  }
  const share = (k - above) / tied;
  return Float64Array.from(values, (value) => value > edge ? 1 : value === edge ? share : 0);
}

function falling(values: ArrayLike<number>): number[] {
  return Array.from(values, (_, i) => i).sort((i, j) => values[j] - values[i]);
}

function expectHeads(
  action: string,
  { scores, truth, k }: { scores: ArrayLike<number>; truth: ArrayLike<number>; k: number },
): void {
  expectPaired(action, scores, truth);
  for (const values of [scores, truth]) expectNumbers(action, values);
  expectForm(`${action} at ${k}`, k, whole(1, scores.length), "take no more than there are");
}
