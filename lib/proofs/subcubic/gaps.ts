/**
 * The hints of subcubic proofs: for each case (q, m, n) a gap below the maximum that all other
 * tokens keep.
 * @module
 */
import { pairsOf } from "../tables/counting.ts";

/** gap[(q * v + m) * K + n] for n = 1..K-1; entry n = 0 is not used. */
export type Gaps = Uint16Array;

type Sizes = { v: number; K: number };

/** What gaps have to be. A gap of 0 would count the maximum among the others. */
export const GAPS = {
  expected: "a Uint16Array [v, v, K], from 1 to v for each q <= m and n >= 1",
  holds: (gaps: unknown, { v, K }: Sizes): boolean =>
    gaps instanceof Uint16Array && gaps.length === v * v * K &&
    gaps.every((gap, i) => {
      const n = i % K, m = Math.floor(i / K) % v, q = Math.floor(i / K / v);
      return n === 0 || q > m || (gap >= 1 && gap <= v);
    }),
};

/** Pair by pair, n from 1: as certificates hold them. */
export function gapList(gaps: Gaps, { v, K }: Sizes): number[] {
  return pairsOf(v).flatMap(([q, m]) => {
    const at = (q * v + m) * K;
    return [...gaps.subarray(at + 1, at + K)];
  });
}
