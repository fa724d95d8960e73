/**
 * Checker: theorems N1, N1n, N2 (blocks that are entirely right), N3 and N3n (copies of the wrong token).
 *
 * N1n and N2 take maxima over choices, position by position from the last: best[a] = largest sum with m at exactly
 * a positions. N3n adds sorted differences, which cancel where one weight dwarfs the others and so certify less.
 * @module
 */
import { up } from "../arithmetic/interval.ts";
import { type CheckTables, choose, pairSize, pow } from "./tables.ts";
import { topOver, type WinTerms, winTerms } from "./win_terms.ts";

/** N2's hints for one pair (q, m). */
export interface OrderHint {
  order: number[];
  j: number[];
}

type PairCheck = (terms: WinTerms, q: number, m: number) => bigint;

/** Sums over all pairs (q, m) the number of sequences the theorem certifies. */
function overPairs(T: CheckTables, certified: PairCheck): bigint {
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

/** N1: every set S of positions that hold m, as a bit mask. */
export function checkN1(T: CheckTables): bigint {
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
export function checkN1n(T: CheckTables): bigint {
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

/** N2: the others are among the first j[a] tokens of a hinted order. */
export function checkN2(T: CheckTables, hints: (OrderHint | null)[]): bigint {
  const { v, F } = T;
  const below = new Float64Array(F);
  return overPairs(T, (terms, q, m) => {
    const { order, j } = hints[q * v + m]!;
    const bad = new Uint8Array(F + 1);
    for (let x = 0; x < v; x++) {
      if (x === m) continue;
      terms.upper(m, x);
      let last = -1;
      let best: number[] = [];
      for (let a = q < m ? 1 : 0; a <= F; a++) {
        const size = a === F ? 0 : j[a];
        if (bad[a] || (a < F && size === 0)) continue;
        if (size !== last) {
          for (let i = 0; i < F; i++) {
            below[i] = -Infinity;
            for (let s = 0; s < size; s++) {
              below[i] = Math.max(below[i], terms.hi[i * v + order[s]]);
            }
          }
          best = largestByCount(T, terms, { m, below });
          last = size;
        }
        if (!(best[a] < 0)) bad[a] = 1;
      }
    }
    let count = 0n;
    for (let a = q < m ? 1 : 0; a <= F; a++) {
      if (!bad[a]) count += choose(F, a) * pow(a === F ? 0 : j[a], F - a);
    }
    return count;
  });
}

/** best[a]: largest b_x + sum with m at exactly a positions and `below` at the others. */
function largestByCount(
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

/** Upper end of a + b; -Infinity is a choice that does not exist, and a NaN stays one: no test passes it. */
function plus(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : up(a + b);
}

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
export function checkN3(T: CheckTables): bigint {
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
export function checkN3n(T: CheckTables): bigint {
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

function bitCount(S: number): number {
  return S.toString(2).replaceAll("0", "").length;
}
