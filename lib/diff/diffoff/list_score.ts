/** What a list of directions is worth, once its effects are known. @module */
import { averagePrecision } from "../../numerics/retrieval.ts";

/** A list without the items that do harm alone: `clean` in nats, in the list's order. */
export function harmless<T>(items: readonly T[], clean: readonly number[], most: number): T[] {
  return items.filter((_, i) => clean[i] <= most);
}

/** How well a list finds the causal directions among `positives` of them. */
export type Retrieval = { AP: number; precisionAt10: number; found: number; positives: number };

export function retrieval(causal: readonly boolean[], positives: number): Retrieval {
  return {
    AP: averagePrecision(causal, positives),
    precisionAt10: causal.slice(0, 10).filter(Boolean).length / 10,
    found: causal.filter(Boolean).length,
    positives,
  };
}
