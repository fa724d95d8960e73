/** What a list of directions is worth, once its effects are known. @module */
import { averagePrecision } from "../../numerics/retrieval.ts";
import type { CurvePoint } from "../causal/suppression_curve.ts";

/** A list without the items that do harm alone: `clean` in nats, in the list's order. */
export function harmless<T>(items: readonly T[], clean: readonly number[], most: number): T[] {
  return items.filter((_, i) => clean[i] <= most);
}

/**
 * How well a list finds the causal directions among `positives` of them. `AP`: average precision, null
 * where there is none to find: a list is not to blame for what its dictionary lacks.
 */
export type Retrieval = {
  AP: number | null;
  precisionAt10: number;
  found: number;
  positives: number;
};

/** `causal`: in the list's order. Throws on fewer positives than the list holds. */
export function retrieval(causal: readonly boolean[], positives: number): Retrieval {
  const AP = averagePrecision(causal, positives);
  return {
    AP: positives === 0 ? null : AP,
    precisionAt10: causal.slice(0, 10).filter(Boolean).length / 10,
    found: causal.filter(Boolean).length,
    positives,
  };
}

/**
 * The share of a gap of KL that removing the first `size` directions together closes: 1 where all of
 * it goes, negative where it widens; null where the list is shorter. `gap`: nats, unedited.
 */
export function closedBy(
  curve: readonly CurvePoint[],
  { gap, size = 10 }: { gap: number; size?: number },
): number | null {
  const point = curve.find((point) => point.size === size);
  return point === undefined ? null : -point.effect.KL / gap;
}
