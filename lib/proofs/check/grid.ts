/**
 * Checker: theorem N4, wrong sequences counted on a grid from both sides.
 * @module
 */
import { countFillings, type Fillings, stepFor, wholeCount } from "./fillings.ts";
import { type CheckTables, pairSize } from "./tables.ts";
import { winTerms } from "./win_terms.ts";

/** Certified right sequences, and the most that can be right. */
export function checkN4(T: CheckTables, G: number): { certified: bigint; atMost: bigint } {
  const { v, F } = T;
  const exact = v ** F < 2 ** 52;
  let certified = 0n, atMost = 0n;
  for (let q = 0; q < v; q++) {
    const terms = winTerms(T, q);
    for (let m = q; m < v; m++) {
      let wrong = 0, surely = 0;
      for (let x = v - 1; x >= 0; x--) {
        if (x === m) continue;
        terms.upper(m, x);
        const fillings: Fillings = {
          F,
          m,
          stride: v,
          values: terms.hi,
          query: terms.queryHi,
          needsMax: q < m,
        };
        const D = stepFor(fillings, G);
        if (D === 0) continue;
        wrong += countFillings(fillings, D, true);
        terms.lower(m, x);
        const below = { ...fillings, values: terms.lo, query: terms.queryLo };
        surely = Math.max(surely, countFillings(below, D, false));
      }
      const all = pairSize(T, q, m);
      const most = wholeCount(wrong, { exact, above: true });
      const least = wholeCount(surely, { exact, above: false });
      certified += most < all ? all - most : 0n;
      atMost += least < all ? all - least : 0n;
    }
  }
  return { certified, atMost };
}
