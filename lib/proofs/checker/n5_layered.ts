/**
 * Checker: theorem N5. The far wrong tokens {x <= m-g or x > m} share one bound, each near one has
 * its own.
 * @module
 */
import { down, up } from "../arithmetic/interval.ts";
import { checkedDirect, DIRECT_WAYS } from "./direct.ts";
import {
  type AssignmentTerms,
  countAssignments,
  MOST_STEPS,
  stepFor,
  wholeCount,
} from "./assignments.ts";
import { readVectors } from "./hint_vectors.ts";
import { limit, MOST_SUMS, newMeter } from "./limits.ts";
import { pairIndex } from "./reader.ts";
import type { Check } from "./record.ts";
import { checkedScores, type HintVectors, SCORE_WAYS } from "./scores.ts";
import { type CheckTables, gapUp, pairSize, weighUp, worstPositions } from "./tables.ts";

export const n5: Check = {
  limit() {}, // the hinted gaps decide how much there is to do
  read(reader) {
    const { v, K } = reader;
    const G = reader.parameter("G", [1, MOST_STEPS]);
    const attention = reader.choice("attention", SCORE_WAYS);
    const direct = reader.choice("direct", ["exact", ...DIRECT_WAYS]);
    const vectors = readVectors(reader, attention, direct);
    const g = reader.integers("g", pairIndex(v - 1, v - 1, v) + 1, [0, v]);
    limit("sums", g.reduce((sum, near) => sum + near + 1, 0) * v * K, MOST_SUMS);
    const gap = (q: number, m: number) => g[pairIndex(q, m, v)];
    return (T) => ({ certified: checkN5(T, { attention, direct, G, vectors, gap }) });
  },
};

interface LayeredClaim {
  attention: string;
  /** "exact" or one of DIRECT_WAYS. */
  direct: string;
  G: number;
  vectors: HintVectors;
  /** 0 gives up on the pair. */
  gap(q: number, m: number): number;
}

/** The number of sequences the theorem certifies. */
function checkN5(T: CheckTables, claim: LayeredClaim): bigint {
  const { v, F, K, EVOU, PVOU, EU } = T;
  const { weights, errUp, errDown } = checkedScores(T, claim.attention, claim.vectors);
  const low = weights.lo.map((w, i) => widen(w, errDown[Math.floor(i / v)], down));
  const high = weights.hi.map((w, i) => widen(w, errUp[Math.floor(i / v)], up));
  const approximate = claim.direct === "exact"
    ? undefined
    : checkedDirect(T, claim.direct, claim.vectors.direct ?? []);
  const direct = (q: number, x: number, m: number) =>
    approximate
      ? up(up(approximate.gap[q] + approximate.L0.hi[x]) - approximate.L0.lo[m])
      : gapUp(EU, q * v, m, x);
  const column = (n: number, f: (i: number) => number, pick: (a: number, b: number) => number) => {
    let result = f(n - 1);
    for (let i = n - 2; i >= 0; i--) result = pick(result, f(i));
    return result;
  };
  const highest = Array.from(
    { length: v },
    (_, x) => column(K, (i) => PVOU.hi[i * v + x], Math.max),
  );
  const lowest = Array.from(
    { length: v },
    (_, x) => column(K, (i) => PVOU.lo[i * v + x], Math.min),
  );
  const rowMax = (t: number, skip: number) =>
    column(v, (x) => x === skip ? -Infinity : up(highest[x] + EVOU.hi[t * v + x]), Math.max);
  const e1 = Array.from({ length: v }, (_, t) => rowMax(t, -1));
  const e2 = Array.from({ length: v }, (_, t) => rowMax(t, t));
  const values = new Float64Array(F * v), z = new Float64Array(v);
  const meter = newMeter();
  let certified = 0n;
  for (let m = 0; m < v; m++) {
    const PM = worstPositions(T, m);
    for (let q = 0; q <= m; q++) {
      const g = claim.gap(q, m), row = q * v;
      if (g === 0) continue;
      const place = (t: number, i: number) =>
        weighUp(z[t], T.position.lo[q * K + i], T.position.hi[q * K + i]);
      /** Assignments that win for the coefficients of the tokens below m and of m itself. */
      const winning = (coefficient: (t: number) => number, atMax: number) => {
        for (let t = 0; t < m; t++) z[t] = weighUp(coefficient(t), low[row + t], high[row + t]);
        z[m] = weighUp(atMax, weights.lo[row + m], weights.hi[row + m]);
        for (let i = 0; i < F; i++) for (let t = 0; t <= m; t++) values[i * v + t] = place(t, i);
        const assignments: AssignmentTerms = {
          F,
          m,
          stride: v,
          values,
          query: place(q, F),
          needsMax: q < m,
        };
        const D = stepFor(assignments, claim.G);
        return D === 0 ? 0 : countAssignments(assignments, D, { above: true, meter });
      };
      const E1 = column(v, (x) => x === m ? -Infinity : direct(q, x, m), Math.max);
      const atMax = column(
        v,
        (x) => x === m ? -Infinity : up(direct(q, x, m) + up(PM[x] + gapUp(EVOU, m * v, m, x))),
        Math.max,
      );
      let wrong = 0;
      if (m - g >= 0 || m < v - 1) {
        wrong += winning(
          (t) => up(up(up((t > m - g ? e2[t] : e1[t]) + E1) - lowest[m]) - EVOU.lo[t * v + m]),
          atMax,
        );
      }
      for (let x = m - 1; x > m - g && x >= 0; x--) {
        const noise = up(PM[x] + direct(q, x, m));
        const coefficient = (t: number) => up(gapUp(EVOU, t * v, m, x) + noise);
        wrong += winning(coefficient, coefficient(m));
      }
      const all = pairSize(T, q, m), bad = wholeCount(wrong, { v, F, above: true });
      certified += bad < all ? all - bad : 0n;
    }
  }
  return certified;
}

function widen(w: number, factor: number, round: (x: number) => number): number {
  return factor === 1 ? w : Math.max(0, round(w * factor));
}
