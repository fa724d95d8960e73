/**
 * The sound subcubic proofs: attention error x attention handling x direct path.
 *
 * Cases (q, m, n): last token q, maximum m, n other tokens (the query among them if q < m), all at
 * most m - g with a hinted gap g[q,m,n] >= 1. The attention a on the maximum lies between a_lo
 * (least-favoured positions, most attractive other token) and a_hi. The bound of concentration.ts
 * is convex in a, so both ends decide. Differences to the published algorithm: both ends, M(a) by
 * its envelope, W per query, and m - g + 1 choices of other tokens. Source: arXiv 2406.11779; N6 is
 * the sharper W and gap.
 * @module
 */
import { type AttentionBound, attentionBound } from "./attention_error.ts";
import { down, up } from "../arithmetic/interval.ts";
import {
  type Concentration,
  concentration,
  concentrationAt,
  otherTokenBounds,
  sharperGaps,
} from "./concentration.ts";
import { binomials } from "../tables/counting.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import { directBound } from "./direct_path.ts";
import type { Directions } from "../tables/directions.ts";
import type { Gaps } from "./gaps.ts";
import type { SubcubicParts } from "./parts.ts";
import type { Flops } from "../tables/flops.ts";
import { type PositionSums, positionSums } from "../tables/position_sums.ts";
import { memoised } from "../tables/memoised.ts";
import { countTables, type ProofTables } from "../tables/folded.ts";

/** A proof with its tables made and its cases not yet counted. */
export interface Subcubic {
  tables: ProofTables;
  /** Upper bound of every wrong logit in case (q, m, n) with gap g; n = 0 ignores g. */
  value(q: number, m: number, n: number, g: number): number;
  /** Operations so far: everything that does not depend on the gaps. */
  flops: Flops;
}

/** Operations of one call of value() with n >= 1: two attentions, two values. */
const CASE_FLOPS = 34;

/** Builds the parts; hints are the directions, any vectors. */
export function prepareSubcubic(
  tables: ProofTables,
  parts: SubcubicParts,
  directions: Directions,
): Subcubic {
  const { v, K } = tables;
  const flops: Flops = { total: 0 };
  countTables(flops, tables, ["EQP", "EVOU", "PVOU", "EU"]);
  const attention = attentionBound(tables, parts.attention, { directions, flops });
  const direct = memoised([tables, directions], `direct ${parts.direct}`, {
    flops,
    make: (flops) => directBound(tables, parts.direct, { direct: directions.direct, flops }),
  });
  const sharper = parts.sharper ?? false;
  const W = otherTokenBounds(tables, { sharper, flops });
  const gaps = sharper ? sharperGaps(tables, direct.L0, flops) : undefined;
  const lines = Array.from(
    { length: v },
    (_, m) => concentration(tables, m, { direct, handling: parts.handling, flops }),
  );
  const sums = Array.from({ length: v }, (_, q) => positionSums(tables.expEQP, q, K));
  flops.total += v * (5 * K);
  const extremes = runningExtremes(attention, v);
  flops.total += 2 * v * v;
  return {
    tables,
    flops,
    value(q, m, n, g) {
      if (n === 0) return pureValue(tables, m);
      const last = m - g;
      const ends = attentionEnds(tables, { q, m, n, last, attention, extremes, sums: sums[q] });
      const gap = gaps ? gaps[q * v + m] : direct.gap[q];
      const other = W[m * v + last];
      const low = wrongLogit(lines[m], ends[0], { other, gap });
      const high = wrongLogit(lines[m], ends[1], { other, gap });
      return low !== low || low > high ? low : high;
    },
  };
}

/** Counts the sequences of all cases whose value is negative. */
export function verifySubcubic({ tables, value, flops }: Subcubic, gaps: Gaps): Verification {
  const { v, K } = tables;
  const choose = binomials(K);
  const byPair = new Array<bigint>(v * v).fill(0n);
  let operations = flops.total;
  for (let q = 0; q < v; q++) {
    for (let m = q; m < v; m++) {
      if (q === m) {
        if (value(q, m, 0, 1) < 0) byPair[q * v + m] += 1n;
        operations += 6 * v;
      }
      for (let n = 1; n < K; n++) {
        const g = gaps[(q * v + m) * K + n];
        if (g < 1 || g > largestGap(q, m)) continue;
        operations += CASE_FLOPS;
        if (!(value(q, m, n, g) < 0)) continue;
        const free = q < m ? n - 1 : n;
        byPair[q * v + m] += choose[K - 1][free] * BigInt(m - g + 1) ** BigInt(free);
      }
    }
  }
  return sumPairs(byPair, operations);
}

/**
 * The smallest gap with a negative value, for every case: values fall with g, so bisection finds
 * it.
 */
export function searchGaps({ tables: { v, K }, value }: Subcubic): Gaps {
  const gaps = new Uint16Array(v * v * K).fill(1);
  for (let q = 0; q < v; q++) {
    for (let m = Math.max(q, 1); m < v; m++) {
      for (let n = 1; n < K; n++) {
        let high = largestGap(q, m);
        if (!(value(q, m, n, high) < 0)) continue;
        let low = 0;
        while (high - low > 1) {
          const middle = (low + high) >> 1;
          if (value(q, m, n, middle) < 0) high = middle;
          else low = middle;
        }
        gaps[(q * v + m) * K + n] = high;
      }
    }
  }
  return gaps;
}

/** Beyond it no other token (or no query token) exists. */
function largestGap(q: number, m: number): number {
  return q === m ? m : m - q;
}

/** n = 0, q = m: max_{x != m} EU[m,x] - EU[m,m] + EVOU[m,x] - EVOU[m,m] + Pmax[x], exact in x. */
function pureValue({ v, K, EU, EVOU, PVOU }: ProofTables, m: number): number {
  let worst = -Infinity;
  for (let x = 0; x < v; x++) {
    if (x === m) continue;
    let noise = -Infinity;
    for (let i = 0; i < K; i++) {
      noise = Math.max(noise, up(PVOU.hi[i * v + x] - PVOU.lo[i * v + m]));
    }
    const direct = up(EU.hi[m * v + x] - EU.lo[m * v + m]);
    const copied = up(EVOU.hi[m * v + x] - EVOU.lo[m * v + m]);
    worst = Math.max(worst, up(up(direct + copied) + noise));
  }
  return worst;
}

/** Largest upper and smallest lower weight over j <= t: index q * v + t. */
function runningExtremes({ weights }: AttentionBound, v: number) {
  const top = new Float64Array(v * v), low = new Float64Array(v * v);
  for (let q = 0; q < v; q++) {
    let high = 0, least = Infinity;
    for (let t = 0; t < v; t++) {
      high = Math.max(high, weights.hi[q * v + t]);
      least = Math.min(least, weights.lo[q * v + t]);
      top[q * v + t] = high;
      low[q * v + t] = least;
    }
  }
  return { top, low };
}

/**
 * [a_lo, a_hi]: attention on the maximum, 1 / (1 + weight of the others / weight of the maximum).
 */
function attentionEnds(
  { v, K, expEQP }: ProofTables,
  { q, m, n, last, attention: { weights, errUp, errDown }, extremes, sums }: {
    q: number;
    m: number;
    n: number;
    last: number;
    attention: AttentionBound;
    extremes: { top: Float64Array; low: Float64Array };
    sums: PositionSums;
  },
): [number, number] {
  const own = q === m ? 1 : 0, query = q * K + K - 1;
  const copies = K - n - own, others = K - 1 - copies;
  const position = (end: "lo" | "hi", round: (x: number) => number) => ({
    max: (side: keyof PositionSums) => round(sums[side][end][copies] + own * expEQP[end][query]),
    rest: (side: keyof PositionSums) =>
      round(sums[side][end][others] + (1 - own) * expEQP[end][query]),
  });
  const at = q * v + last;
  const worstRest = up(up(position("hi", up).rest("largest") * extremes.top[at]) * errUp[q]);
  const leastMax = Math.max(0, down(position("lo", down).max("smallest") * weights.lo[q * v + m]));
  const leastRest = Math.max(
    0,
    down(down(Math.max(0, position("lo", down).rest("smallest")) * extremes.low[at]) * errDown[q]),
  );
  const mostMax = up(position("hi", up).max("largest") * weights.hi[q * v + m]);
  return [
    Math.max(0, down(1 / up(1 + up(worstRest / leastMax)))),
    Math.min(1, up(1 / down(1 + Math.max(0, down(leastRest / mostMax))))),
  ];
}

/** M(a) + (1 - a) W + gap. */
function wrongLogit(
  line: Concentration,
  a: number,
  { other, gap }: { other: number; gap: number },
) {
  const share = other >= 0 ? up(1 - a) : Math.max(0, down(1 - a));
  return up(up(concentrationAt(line, a) + up(share * other)) + gap);
}
