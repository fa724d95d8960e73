/**
 * Theorem N4: count the wrong sequences of each wrong token on a grid; a bound from both sides.
 *
 * Upper ends, rounded up: wrong(q,m) <= min(all, sum over x of the fillings that x may win). Lower ends, rounded
 * down: wrong(q,m) >= the largest over x of those that x certainly wins, since the set of wrong sequences
 * contains each x's set. G is the number of grid steps.
 * @module
 */
import { up } from "./arithmetic/interval.ts";
import { countDown, countUp, sequencesWith } from "./counting.ts";
import { type ProofRun, sumPairs } from "./cubic.ts";
import {
  countLower,
  countUpper,
  fillingRoom,
  type FillingTerms,
  gridStep,
  largestSums,
} from "./fillings.ts";
import type { Flops } from "./flops.ts";
import { type QueryTerms, queryTerms } from "./query_terms.ts";
import { countTables, type ProofTables } from "./tables.ts";

/** At least `certified` and at most `atMost` sequences are right. */
export interface TwoSidedRun extends ProofRun {
  atMost: bigint;
}

/** Verifies N4 with G grid steps. */
export function verifyN4(tables: ProofTables, { G }: { G: number }): TwoSidedRun {
  const { v, K } = tables;
  const F = K - 1;
  const flops: Flops = { total: 0 };
  countTables(flops, tables, ["EQK", "EQP", "EVOU", "PVOU", "EU"]);
  const room = fillingRoom();
  const values = new Float64Array(F * v);
  const exact = v ** F < 2 ** 52;
  const byPair = new Array<bigint>(v * v).fill(0n);
  let atMost = 0n, terms: QueryTerms | undefined;
  for (let q = 0; q < v; q++) {
    terms = queryTerms(tables, q, { reuse: terms, flops });
    for (let m = q; m < v; m++) {
      let wrong = 0, surely = 0;
      const all = sequencesWith(q, m, K);
      for (let x = 0; x < v; x++) {
        if (x === m) continue;
        const filling: FillingTerms = {
          F,
          m,
          values,
          stride: v,
          query: up(terms.queryHi[x] - terms.queryLo[m]),
          needsMax: q < m,
        };
        upperValues(terms, m, x, values);
        flops.total += 2 + F * (2 * m + 3);
        const reach = largestSums(filling);
        if (reach.allowed < 0) continue;
        const D = gridStep(reach.any, G);
        flops.total += F * (2 * (m + 1));
        wrong += countUpper(filling, D, room, flops);
        lowerValues(terms, m, x, values);
        filling.query = -up(terms.queryHi[m] - terms.queryLo[x]);
        surely = Math.max(surely, countLower(filling, D, room));
      }
      const bad = countUp(wrong, exact);
      byPair[q * v + m] = bad < all ? all - bad : 0n;
      const least = countDown(surely, exact);
      atMost += least < all ? all - least : 0n;
    }
  }
  return { ...sumPairs(byPair, flops.total), atMost };
}

/** Upper ends of h_x(i,t), t <= m. */
function upperValues({ v, F, lo, hi }: QueryTerms, m: number, x: number, out: Float64Array): void {
  for (let i = 0; i < F; i++) {
    const rowX = (i * v + x) * v, rowM = (i * v + m) * v;
    for (let t = 0; t <= m; t++) out[i * v + t] = up(hi[rowX + t] - lo[rowM + t]);
  }
}

/** Lower ends of h_x(i,t), t <= m. */
function lowerValues({ v, F, lo, hi }: QueryTerms, m: number, x: number, out: Float64Array): void {
  for (let i = 0; i < F; i++) {
    const rowX = (i * v + x) * v, rowM = (i * v + m) * v;
    for (let t = 0; t <= m; t++) out[i * v + t] = -up(hi[rowM + t] - lo[rowX + t]);
  }
}
