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
import { limit, LOWER_GAPS, MOST_SUMS, newMeter } from "./limits.ts";
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
    limitGaps(g, { v, K });
    const gap = (q: number, m: number) => g[pairIndex(q, m, v)];
    return (T) => ({ certified: checkN5(T, { attention, direct, G, vectors, gap }) });
  },
};

/** Sets of wrong tokens, at most, that gaps make. */
export function setsOf(g: readonly number[]): number {
  return g.reduce((sum, near) => sum + near + 1, 0);
}

/** Rejects gaps with which the sets alone take minutes. */
export function limitGaps(g: readonly number[], { v, K }: { v: number; K: number }): void {
  const needed = setsOf(g) * v * K;
  limit("sums", { needed, most: MOST_SUMS, todo: LOWER_GAPS });
}

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
  const { v, F } = T, layers = n5Layers(T, claim), meter = newMeter();
  let certified = 0n;
  for (let m = 0; m < v; m++) {
    for (let q = 0; q <= m; q++) {
      const g = claim.gap(q, m);
      if (g === 0) continue;
      let wrong = 0;
      for (const { assignments, D } of layers(q, m, g)) {
        wrong += countAssignments(assignments, D, { above: true, meter });
      }
      const all = pairSize(T, q, m), bad = wholeCount(wrong, { v, F, above: true });
      certified += bad < all ? all - bad : 0n;
    }
  }
  return certified;
}

/** A set of assignments that holds all that one wrong token, or one of a set of them, can win. */
export interface Layer {
  assignments: AssignmentTerms;
  D: number;
}

/**
 * The layers of a pair (q, m) for a gap g: the far set first, then the near tokens from m - 1 down,
 * without those that hold nothing. Each overwrites the values of the one before.
 */
export function n5Layers(
  T: CheckTables,
  claim: Pick<LayeredClaim, "attention" | "direct" | "G" | "vectors">,
): (q: number, m: number, g: number) => Generator<Layer> {
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
  const highest = Array.from(
    { length: v },
    (_, x) => over(K, (i) => PVOU.hi[i * v + x], Math.max),
  );
  const lowest = Array.from(
    { length: v },
    (_, x) => over(K, (i) => PVOU.lo[i * v + x], Math.min),
  );
  const rowMax = (t: number, skip: number) =>
    over(v, (x) => x === skip ? -Infinity : up(highest[x] + EVOU.hi[t * v + x]), Math.max);
  const e1 = Array.from({ length: v }, (_, t) => rowMax(t, -1));
  const e2 = Array.from({ length: v }, (_, t) => rowMax(t, t));
  const PMs = Array.from({ length: v }, (_, m) => worstPositions(T, m));
  const values = new Float64Array(F * v), z = new Float64Array(v);
  return function* (q, m, g) {
    const row = q * v, PM = PMs[m];
    const place = (t: number, i: number) =>
      weighUp(z[t], T.position.lo[q * K + i], T.position.hi[q * K + i]);
    /** What wins by coefficients of the tokens below m and of m itself. */
    const layer = (coefficient: (t: number) => number, atMax: number): Layer => {
      for (let t = 0; t < m; t++) z[t] = weighUp(coefficient(t), low[row + t], high[row + t]);
      z[m] = weighUp(atMax, weights.lo[row + m], weights.hi[row + m]);
      for (let i = 0; i < F; i++) for (let t = 0; t <= m; t++) values[i * v + t] = place(t, i);
      const query = place(q, F);
      const assignments = { F, m, stride: v, values, query, needsMax: q < m };
      return { assignments, D: stepFor(assignments, claim.G) };
    };
    if (m - g >= 0 || m < v - 1) {
      const E1 = over(v, (x) => x === m ? -Infinity : direct(q, x, m), Math.max);
      const atMax = over(
        v,
        (x) => x === m ? -Infinity : up(direct(q, x, m) + up(PM[x] + gapUp(EVOU, m * v, m, x))),
        Math.max,
      );
      const far = layer(
        (t) => up(up(up((t > m - g ? e2[t] : e1[t]) + E1) - lowest[m]) - EVOU.lo[t * v + m]),
        atMax,
      );
      if (far.D !== 0) yield far;
    }
    for (let x = m - 1; x > m - g && x >= 0; x--) {
      const noise = up(PM[x] + direct(q, x, m));
      const coefficient = (t: number) => up(gapUp(EVOU, t * v, m, x) + noise);
      const near = layer(coefficient, coefficient(m));
      if (near.D !== 0) yield near;
    }
  };
}

/** f(n - 1), .., f(0), reduced from the last on. */
function over(n: number, f: (i: number) => number, pick: (a: number, b: number) => number): number {
  let result = f(n - 1);
  for (let i = n - 2; i >= 0; i--) result = pick(result, f(i));
  return result;
}

function widen(w: number, factor: number, round: (x: number) => number): number {
  return factor === 1 ? w : Math.max(0, round(w * factor));
}
