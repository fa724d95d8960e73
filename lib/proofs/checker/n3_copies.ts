/**
 * Checker: theorems N3 and N3n, patterns of copies of the wrong token.
 *
 * N3n adds sorted differences, which cancel where one weight dwarfs the others and so certify less.
 * @module
 */
import { up } from "../arithmetic/interval.ts";
import { bitCount, largestByCount, overPairs } from "./every_pair.ts";
import { limit, limitTerms } from "./limits.ts";
import type { Check } from "./record.ts";
import { type CheckTables, choose, pairSize, pow } from "./tables.ts";
import { topOver, type WinTerms } from "./win_terms.ts";

/** Patterns that N3 visits in all. */
const MOST_PATTERNS = 4e8;

export const n3: Check = {
  limit({ d_vocab: v, n_ctx: K }) {
    limit("patterns", { needed: 3 ** (K - 1) * v ** 3 / 2, most: MOST_PATTERNS });
    limitTerms({ v, K, each: 0 });
  },
  read: () => (T) => ({ certified: checkN3(T) }),
};

export const n3n: Check = {
  limit: ({ d_vocab: v, n_ctx: K }) => limitTerms({ v, K, each: K ** 3 }),
  read: () => (T) => ({ certified: checkN3n(T) }),
};

/** h_x(i,x) and rest(x,i) = max over t < m, t != x; for m = 1 no other token exists. */
function ownAndRest({ v, F }: CheckTables, { hi }: WinTerms, m: number, x: number) {
  const own = new Float64Array(F), rest = new Float64Array(F);
  for (let i = 0; i < F; i++) {
    own[i] = hi[i * v + x];
    rest[i] = m === 1 ? own[i] : Math.max(topOver(hi, i * v, 0, x), topOver(hi, i * v, x + 1, m));
  }
  return { own, rest };
}

/** N3: every pattern of copies of m (S) and of the wrong token x (T). */
function checkN3(T: CheckTables): bigint {
  const { v, F } = T;
  return overPairs(T, (terms, q, m) => {
    const wrong = new Array<bigint>(2 ** F).fill(0n);
    for (let x = 0; x < v; x++) {
      if (x === m) continue;
      terms.upper(m, x);
      const { own, rest } = x < m
        ? ownAndRest(T, terms, m, x)
        : { own: [], rest: Array.from({ length: F }, (_, i) => topOver(terms.hi, i * v, 0, m)) };
      const visit = (i: number, sum: number, [S, copies, others]: number[]): void => {
        if (i < 0) {
          if (!(up(sum + terms.queryHi) < 0)) wrong[S] += pow(x < m ? m - 1 : m, others);
          return;
        }
        visit(i - 1, up(sum + terms.hi[i * v + m]), [S | 1 << i, copies, others]);
        if (x < m) visit(i - 1, up(sum + own[i]), [S, copies + 1, others]);
        visit(i - 1, up(sum + rest[i]), [S, copies, others + 1]);
      };
      visit(F - 1, 0, [0, 0, 0]);
    }
    let bad = 0n;
    for (let S = q < m ? 1 : 0; S < wrong.length; S++) {
      const block = pow(m, F - bitCount(S));
      bad += wrong[S] < block ? wrong[S] : block;
    }
    return positive(pairSize(T, q, m) - bad);
  });
}

/** N3n: patterns by their sizes (a, c). */
function checkN3n(T: CheckTables): bigint {
  const { v, F } = T;
  return overPairs(T, (terms, q, m) => {
    const wrong = new Array<bigint>(F + 1).fill(0n);
    for (let x = 0; x < v; x++) {
      if (x === m) continue;
      terms.upper(m, x);
      if (x > m) {
        const below = Float64Array.from({ length: F }, (_, i) => topOver(terms.hi, i * v, 0, m));
        largestByCount(T, terms, { m, below }).forEach((sum, a) => {
          if (!(sum < 0)) wrong[a] += pow(m, F - a);
        });
        continue;
      }
      const { own, rest } = ownAndRest(T, terms, m, x);
      const gains = (values: (i: number) => number) =>
        Array.from({ length: F }, (_, i) => up(values(i) - rest[i])).sort((a, b) => b - a);
      const toMax = gains((i) => terms.hi[i * v + m]), toOwn = gains((i) => own[i]);
      let base = 0;
      for (let i = F - 1; i >= 0; i--) base = up(base + rest[i]);
      base = up(base + terms.queryHi);
      let largest = terms.queryHi;
      for (let i = F - 1; i >= 0; i--) {
        largest = up(largest + Math.max(rest[i], own[i], terms.hi[i * v + m]));
      }
      if (largest < 0) continue;
      for (let c = 0, copies = 0; c <= F; copies = up(copies + toOwn[c++])) {
        for (let a = 0, sum = up(base + copies); a <= F - c; sum = up(sum + toMax[a++])) {
          if (!(sum < 0)) wrong[a] += choose(F - a, c) * pow(m - 1, F - a - c);
        }
      }
    }
    let bad = 0n;
    for (let a = q < m ? 1 : 0; a <= F; a++) {
      const block = pow(m, F - a);
      bad += choose(F, a) * (wrong[a] < block ? wrong[a] : block);
    }
    return positive(pairSize(T, q, m) - bad);
  });
}

function positive(n: bigint): bigint {
  return n > 0n ? n : 0n;
}
