/**
 * Precision at every recall of a list, and means of several lists.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { precisionAtRecall } from "./precision_recall.ts";
 * // causal directions stand at places 0 and 3 of a list; there are three in all
 * const at = precisionAtRecall({ causal: [0, 3], positives: 3 });
 * assertEquals([at(1 / 3), at(2 / 3), at(1)], [1, 0.5, 0]);
 * ```
 * @module
 */
import type { ListTruth } from "./cell.ts";

type Places = Pick<ListTruth, "causal" | "positives">;

/**
 * The best precision of any head of the list that holds at least so much of the positives, 0 where
 * none does (interpolated precision, Manning et al. 2008, section 8.4).
 */
export function precisionAtRecall({ causal, positives }: Places): (recall: number) => number {
  const precision = causal.map((place, n) => (n + 1) / (place + 1));
  return (recall) => {
    const least = Math.max(1, Math.ceil(recall * positives - 1e-9));
    return precision.slice(least - 1).reduce((most, p) => Math.max(most, p), 0);
  };
}

/** Steps of recall that a mean is taken at: one of eleven points, as usual. */
const POINTS = 11;

/** The mean of lists that have something to find; none without one. */
export function meanPrecision(lists: readonly Places[]): { recall: number; precision: number }[] {
  const curves = lists.filter(({ positives }) => positives > 0).map(precisionAtRecall);
  if (curves.length === 0) return [];
  return Array.from({ length: POINTS }, (_, i) => {
    const recall = i / (POINTS - 1);
    const sum = curves.reduce((sum, at) => sum + at(recall), 0);
    return { recall, precision: sum / curves.length };
  });
}
