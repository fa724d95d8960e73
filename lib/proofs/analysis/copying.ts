/**
 * How well attending to a token raises that token's logit above all others: the rows of EVOU.
 * @module
 */
import { largest, smallest } from "../../numerics/numbers.ts";
import type { ProofTables } from "../tables/folded.ts";

/**
 * By token t: max - min of its row, its largest other entry minus the diagonal one, and how many
 * sequences have t as maximum.
 */
export type CopyingRows = { ranges: number[]; gaps: number[]; weights: number[] };

/**
 * The rows of EVOU [v, v]. A gap below 0: the token that gets all attention wins by this table
 * alone.
 */
export function copyingRows(
  { v, K, EVOU: { lo } }: Pick<ProofTables, "v" | "K" | "EVOU">,
): CopyingRows {
  const ranges: number[] = [], gaps: number[] = [], weights: number[] = [];
  for (let t = 0; t < v; t++) {
    const row = [...lo.subarray(t * v, (t + 1) * v)];
    ranges.push(largest(row) - smallest(row));
    gaps.push(largest(row.filter((_, x) => x !== t)) - row[t]);
    weights.push((t + 1) ** K - t ** K);
  }
  return { ranges, gaps, weights };
}
