/**
 * What becomes of a ranking when a choice is made otherwise: rank correlation over pairs, and how
 * many of the top pairs stay.
 * @module
 */
import { spearman } from "../../numerics/rank_correlation.ts";
import { topOf } from "./top.ts";

/** One choice made otherwise. `common`: the share of the top pairs in both lists. */
export type Choice = { choice: string; variant: string; spearman: number; common: number };

/** Scores [pairs] of the same pairs, chosen one way and the other. */
export function compareRankings(
  reference: ArrayLike<number>,
  variant: ArrayLike<number>,
  { top }: { top: number },
): Pick<Choice, "spearman" | "common"> {
  const many = Math.min(top, reference.length);
  const first = new Set(topOf(reference, many)), second = topOf(variant, many);
  return {
    spearman: spearman(reference, variant),
    common: second.filter((p) => first.has(p)).length / many,
  };
}
