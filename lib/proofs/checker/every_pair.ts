/**
 * Checker: what theorems N1 to N3 share. They take the pairs (q, m) one by one and test sums of win
 * terms.
 *
 * Sums over choices go position by position from the last: best[a] = largest sum with m at exactly
 * a positions.
 * @module
 */
import { up } from "../arithmetic/interval.ts";
import type { CheckTables } from "./tables.ts";
import { type WinTerms, winTerms } from "./win_terms.ts";

type PairCheck = (terms: WinTerms, q: number, m: number) => bigint;

/** Sums over all pairs (q, m) the number of sequences the theorem certifies. */
export function overPairs(T: CheckTables, certified: PairCheck): bigint {
  let count = 0n;
  for (let q = 0; q < T.v; q++) {
    const terms = winTerms(T, q);
    for (let m = q; m < T.v; m++) {
      count += m === 0 ? (pureRight(T, terms) ? 1n : 0n) : certified(terms, q, m);
    }
  }
  return count;
}

/** m = 0 leaves one sequence, all zeros. */
function pureRight({ v, F }: CheckTables, terms: WinTerms): boolean {
  for (let x = 1; x < v; x++) {
    terms.upper(0, x);
    let sum = terms.queryHi;
    for (let i = F - 1; i >= 0; i--) sum = up(terms.hi[i * v] + sum);
    if (!(sum < 0)) return false;
  }
  return true;
}

/** best[a]: largest b_x + sum with m at exactly a positions and `below` at the others. */
export function largestByCount(
  { v, F }: CheckTables,
  terms: WinTerms,
  { m, below }: { m: number; below: Float64Array },
): number[] {
  const best = new Array<number>(F + 1).fill(-Infinity);
  best[0] = terms.queryHi;
  for (let i = F - 1; i >= 0; i--) {
    for (let a = F - i; a >= 0; a--) {
      const take = a > 0 ? plus(best[a - 1], terms.hi[i * v + m]) : -Infinity;
      best[a] = Math.max(plus(best[a], below[i]), take);
    }
  }
  return best;
}

/**
 * Upper end of a + b; -Infinity is a choice that does not exist. NaN propagates, and passes no
 * test.
 */
function plus(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : up(a + b);
}

/** How many bits of S are set: the size of a set of positions. */
export function bitCount(S: number): number {
  return S.toString(2).replaceAll("0", "").length;
}
