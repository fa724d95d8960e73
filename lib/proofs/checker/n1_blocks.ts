/**
 * Checker: theorems N1 and N1n, blocks of sequences that are entirely right.
 * @module
 */
import { up } from "../arithmetic/interval.ts";
import { bitCount, largestByCount, overPairs } from "./every_pair.ts";
import { limit, limitTerms } from "./limits.ts";
import type { Check } from "./record.ts";
import { type CheckTables, choose, pow } from "./tables.ts";
import { topOver } from "./win_terms.ts";

/** Sets of positions that N1 visits for every (q, m, x). */
const MOST_SETS = 4096;

export const n1: Check = {
  limit({ d_vocab: v, n_ctx: K }) {
    limit("position sets", { needed: 2 ** (K - 1), most: MOST_SETS });
    limitTerms({ v, K, each: K * 2 ** (K - 1) });
  },
  read: () => (T) => ({ certified: checkN1(T) }),
};

export const n1n: Check = {
  limit: ({ d_vocab: v, n_ctx: K }) => limitTerms({ v, K, each: K ** 2 }),
  read: () => (T) => ({ certified: checkN1n(T) }),
};

/** N1: every set S of positions that hold m, as a bit mask. */
function checkN1(T: CheckTables): bigint {
  const { v, F } = T;
  return overPairs(T, (terms, q, m) => {
    const bad = new Uint8Array(2 ** F), below = new Float64Array(F);
    for (let x = 0; x < v; x++) {
      if (x === m) continue;
      terms.upper(m, x);
      for (let i = 0; i < F; i++) below[i] = topOver(terms.hi, i * v, 0, m);
      for (let S = 0; S < bad.length; S++) {
        let sum = 0;
        for (let i = F - 1; i >= 0; i--) {
          sum = up(sum + (S >> i & 1 ? terms.hi[i * v + m] : below[i]));
        }
        if (!(up(sum + terms.queryHi) < 0)) bad[S] = 1;
      }
    }
    let count = 0n;
    for (let S = q < m ? 1 : 0; S < bad.length; S++) {
      if (!bad[S]) count += pow(m, F - bitCount(S));
    }
    return count;
  });
}

/** N1n: every number a of positions that hold m. */
function checkN1n(T: CheckTables): bigint {
  const { v, F } = T;
  return overPairs(T, (terms, q, m) => {
    const bad = new Uint8Array(F + 1), below = new Float64Array(F);
    for (let x = 0; x < v; x++) {
      if (x === m) continue;
      terms.upper(m, x);
      for (let i = 0; i < F; i++) below[i] = topOver(terms.hi, i * v, 0, m);
      largestByCount(T, terms, { m, below }).forEach((sum, a) => {
        if (!(sum < 0)) bad[a] = 1;
      });
    }
    let count = 0n;
    for (let a = q < m ? 1 : 0; a <= F; a++) if (!bad[a]) count += choose(F, a) * pow(m, F - a);
    return count;
  });
}
