/** What a list of directions is worth, once its effects are known. @module */
import { averagePrecision } from "../../numerics/retrieval.ts";
import { mean } from "../../numerics/statistics.ts";
import { SET_CLEAN, SIZES } from "../causal/rules.ts";
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

/**
 * The least k in degrees, which every list has: the share of a gap of KL that heads close at a small clean
 * cost, mean over SIZES, 0 to 1. At each size the most that a head of so many directions or fewer closes that
 * costs at most SET_CLEAN, 0 where none does.
 */
export function closedSoon(
  curve: readonly {
    size: number;
    effect: Pick<CurvePoint["effect"], "KL" | "clean">;
  }[],
  { gap }: { gap: number },
): number {
  return mean(SIZES.map((most) => {
    const cheap = curve.filter(({ size, effect }) => size <= most && effect.clean <= SET_CLEAN);
    return Math.min(1, Math.max(0, ...cheap.map(({ effect }) => -effect.KL / gap)));
  }));
}
