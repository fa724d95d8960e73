/**
 * Checker: theorem N4, wrong sequences counted on a grid from both sides, each wrong token alone or in the sets
 * of a partition.
 * @module
 */
import { countFillings, type Fillings, stepFor, wholeCount } from "./assignments.ts";
import { newMeter } from "./reader.ts";
import { type CheckTables, pairSize } from "./tables.ts";
import { winTerms } from "./win_terms.ts";

/** Certified right sequences, and the most that can be right. Sets of a pair: disjoint, without m. */
export function checkN4(
  T: CheckTables,
  { G, sets }: { G: number; sets: (q: number, m: number) => number[][] },
): { certified: bigint; atMost: bigint } {
  const { v, F } = T;
  const meter = newMeter();
  const united = new Float64Array(F * v);
  let certified = 0n, atMost = 0n;
  for (let q = 0; q < v; q++) {
    const terms = winTerms(T, q);
    for (let m = q; m < v; m++) {
      let wrong = 0, surely = 0;
      const count = (values: Float64Array, query: number, given?: number) => {
        const fillings: Fillings = { F, m, stride: v, values, query, needsMax: q < m };
        const D = given ?? stepFor(fillings, G);
        const above = given === undefined;
        return { D, count: D === 0 ? 0 : countFillings(fillings, D, { above, meter }) };
      };
      const listed = sets(q, m), members = new Set(listed.flat());
      for (let x = v - 1; x >= 0; x--) {
        if (x === m) continue;
        terms.upper(m, x);
        let D = 0;
        if (members.has(x)) {
          D = stepFor(
            { F, m, stride: v, values: terms.hi, query: terms.queryHi, needsMax: q < m },
            G,
          );
        } else {
          const alone = count(terms.hi, terms.queryHi);
          wrong += alone.count;
          D = alone.D;
        }
        if (D === 0) continue;
        terms.lower(m, x);
        surely = Math.max(surely, count(terms.lo, terms.queryLo, D).count);
      }
      for (const X of listed) {
        united.fill(-Infinity);
        let query = -Infinity;
        for (const x of X) {
          terms.upper(m, x);
          query = Math.max(query, terms.queryHi);
          for (let at = 0; at < united.length; at++) {
            if (at % v <= m && terms.hi[at] > united[at]) united[at] = terms.hi[at];
          }
        }
        wrong += count(united, query).count;
      }
      const all = pairSize(T, q, m);
      const most = wholeCount(wrong, { v, F, above: true });
      const least = wholeCount(surely, { v, F, above: false });
      certified += most < all ? all - most : 0n;
      atMost += least < all ? all - least : 0n;
    }
  }
  return { certified, atMost };
}
