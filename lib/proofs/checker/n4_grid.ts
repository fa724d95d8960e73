/**
 * Checker: theorem N4, wrong sequences counted on a grid from both sides, each wrong token alone or
 * in the sets of a partition.
 * @module
 */
import {
  type AssignmentTerms,
  countAssignments,
  MOST_STEPS,
  stepFor,
  wholeCount,
} from "./assignments.ts";
import { limitTerms, newMeter } from "./limits.ts";
import { integerOf, pairIndex, type Reader, reject } from "./reader.ts";
import type { Check, Counts } from "./record.ts";
import { type CheckTables, pairSize } from "./tables.ts";
import { winTerms } from "./win_terms.ts";

export const n4: Check = {
  limit: ({ d_vocab: v, n_ctx: K }) => limitTerms({ v, K, each: 0 }),
  read(reader) {
    const G = readSteps(reader);
    return (T) => checkN4(T, { G, sets: () => [] });
  },
};

export const n4Partition: Check = {
  limit: n4.limit,
  read(reader) {
    const G = readSteps(reader), sets = readPartitions(reader);
    return (T) => checkN4(T, { G, sets });
  },
};

const readSteps = (reader: Reader) => reader.parameter("G", [1, MOST_STEPS]);

/** For each pair q <= m disjoint sets of tokens other than m. */
function readPartitions(reader: Reader): (q: number, m: number) => number[][] {
  const { v } = reader;
  const pairs = reader.list("sets", v * (v + 1) / 2);
  const all = new Map<number, number[][]>();
  for (let q = 0; q < v; q++) {
    for (let m = q; m < v; m++) {
      const at = pairIndex(q, m, v), sets = pairs[at];
      if (!Array.isArray(sets)) return reject(`hint sets[${at}] is not a list`);
      const whole = sets.map((X) => {
        if (!Array.isArray(X) || X.length === 0) {
          return reject(`hint sets[${at}] holds an empty set`);
        }
        return X.map((x) => integerOf("sets", x, [0, v - 1]));
      });
      const tokens = whole.flat();
      if (new Set(tokens).size !== tokens.length) reject(`hint sets[${at}] overlap`);
      if (tokens.includes(m)) reject(`hint sets[${at}] holds the maximum ${m}`);
      all.set(at, whole);
    }
  }
  return (q, m) => all.get(pairIndex(q, m, v))!;
}

/**
 * Certified right sequences, and the most that can be right. Sets of a pair: disjoint, without m.
 */
function checkN4(
  T: CheckTables,
  { G, sets }: { G: number; sets: (q: number, m: number) => number[][] },
): Counts {
  const { v, F } = T;
  const meter = newMeter();
  const united = new Float64Array(F * v);
  let certified = 0n, atMost = 0n;
  for (let q = 0; q < v; q++) {
    const terms = winTerms(T, q);
    for (let m = q; m < v; m++) {
      let wrong = 0, surely = 0;
      const count = (values: Float64Array, query: number, given?: number) => {
        const assignments: AssignmentTerms = { F, m, stride: v, values, query, needsMax: q < m };
        const D = given ?? stepFor(assignments, G);
        const above = given === undefined;
        return { D, count: D === 0 ? 0 : countAssignments(assignments, D, { above, meter }) };
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
