/**
 * Part three of a subcubic proof: what the attention paid to the maximum does to every wrong token.
 *
 * For maximum m and attention a on it, the wrong logits are at most
 *   M(a) + (1 - a) W + gap[q],   M(a) = max_{x != m} (L0[x] - L0[m] + Pmax[x] + a r_x),
 * with r_x = EVOU[m,x] - EVOU[m,m], Pmax[x] = max_i (PVOU[i,x] - PVOU[i,m]) and W a bound on the
 * rows of EVOU of the other tokens. M is convex. `mean_query+diff` evaluates M at a by its upper
 * envelope: M exactly at the corners of the envelope of the lines and chords between, which a
 * convex function stays below. `drop_average_query_per_output_logit_reasoning` separates the
 * maxima: max_x (L0 + Pmax) + a max_x r_x.
 * @module
 */
import { down, type Enclosure, up } from "../arithmetic/interval.ts";
import type { DirectBound } from "./direct_path.ts";
import type { Flops } from "../tables/flops.ts";
import type { ProofTables } from "../tables/folded.ts";

/** The names of the paper's code. */
export const ATTENTION_HANDLINGS = [
  "mean_query+diff",
  "drop_average_query_per_output_logit_reasoning",
] as const;
export type AttentionHandling = typeof ATTENTION_HANDLINGS[number];

/** M for one maximum m, as a convex function known at corners 0 = a_0 < ... < a_n = 1. */
export interface Concentration {
  at: number[];
  value: number[];
  /** Upper bound of the slope between corner n and n + 1. */
  slope: number[];
}

/** M(a) for maximum m. */
export function concentration(
  { v, K, EVOU, PVOU }: ProofTables,
  m: number,
  { direct, handling, flops }: {
    direct: DirectBound;
    handling: AttentionHandling;
    flops: Flops;
  },
): Concentration {
  const offset = new Float64Array(v), r = new Float64Array(v);
  let topOffset = -Infinity, topR = -Infinity;
  for (let x = 0; x < v; x++) {
    if (x === m) {
      offset[x] = r[x] = -Infinity;
      continue;
    }
    let noise = -Infinity;
    for (let i = 0; i < K; i++) {
      noise = Math.max(noise, up(PVOU.hi[i * v + x] - PVOU.lo[i * v + m]));
    }
    offset[x] = up(up(direct.L0.hi[x] - direct.L0.lo[m]) + noise);
    r[x] = up(EVOU.hi[m * v + x] - EVOU.lo[m * v + m]);
    topOffset = Math.max(topOffset, offset[x]);
    topR = Math.max(topR, r[x]);
  }
  flops.total += v * (2 * K + 2);
  if (handling !== "mean_query+diff") {
    flops.total += 2 * (v - 1);
    return corners([0, 1], (a) => a === 0 ? topOffset : up(topOffset + topR));
  }
  const envelope = concentrationOf(offset, r);
  flops.total += 3 * v * envelope.at.length;
  return envelope;
}

/** max_x offset[x] + a r[x] on [0, 1] by its envelope; a line with offset -Infinity is no line. */
export function concentrationOf(offset: Float64Array, r: Float64Array): Concentration {
  return corners(envelopeCorners(offset, r), (a) => {
    let top = -Infinity;
    for (let x = 0; x < r.length; x++) {
      // NaN propagates, and certifies nothing.
      if (offset[x] !== -Infinity) top = Math.max(top, up(offset[x] + up(a * r[x])));
    }
    return top;
  });
}

/** Upper bound of M(a) for 0 <= a <= 1. */
export function concentrationAt({ at, value, slope }: Concentration, a: number): number {
  let n = 0;
  while (n + 2 < at.length && a > at[n + 1]) n++;
  const step = slope[n] >= 0 ? up(a - at[n]) : down(a - at[n]);
  return up(value[n] + up((step > 0 ? step : 0) * slope[n]));
}

function corners(at: number[], M: (a: number) => number): Concentration {
  const value = at.map(M);
  const slope = at.slice(1).map((end, n) => {
    const rise = up(value[n + 1] - value[n]);
    // A larger slope is the safe side: divide a rise by the shorter, a fall by the longer width.
    return up(rise >= 0 ? rise / down(end - at[n]) : rise / up(end - at[n]));
  });
  return { at, value, slope };
}

/** Where the largest of the lines changes on [0, 1]; only a choice of corners, so plain float64. */
function envelopeCorners(offset: Float64Array, r: Float64Array): number[] {
  const at = [0];
  let here = 0, line = -1;
  for (let x = 0; x < r.length; x++) {
    if (line < 0 || offset[x] > offset[line] || (offset[x] === offset[line] && r[x] > r[line])) {
      line = x;
    }
  }
  for (;;) {
    let next = 1, steeper = -1;
    for (let x = 0; x < r.length; x++) {
      if (!(r[x] > r[line])) continue;
      const meet = (offset[line] - offset[x]) / (r[x] - r[line]);
      if (meet > here && meet < next) {
        next = meet;
        steeper = x;
      }
    }
    if (steeper < 0 || next - here < 1e-9) break;
    at.push(next);
    here = next;
    line = steeper;
  }
  return [...at, 1];
}

/** Upper ends W[m * v + t]: bound of max_x EVOU[t',x] - EVOU[t',m] over all t' <= t. */
export function otherTokenBounds(
  { v, EVOU }: ProofTables,
  { sharper, flops }: { sharper: boolean; flops: Flops },
): Float64Array {
  const top = new Float64Array(v).fill(-Infinity), low = new Float64Array(v).fill(Infinity);
  for (let t = 0; t < v; t++) {
    for (let x = 0; x < v; x++) {
      top[t] = Math.max(top[t], EVOU.hi[t * v + x]);
      low[t] = Math.min(low[t], EVOU.lo[t * v + x]);
    }
  }
  const out = new Float64Array(v * v);
  for (let m = 0; m < v; m++) {
    let worst = -Infinity;
    for (let t = 0; t < v; t++) {
      worst = Math.max(worst, up(top[t] - (sharper ? EVOU.lo[t * v + m] : low[t])));
      out[m * v + t] = worst;
    }
  }
  // The plain range needs one prefix maximum, the sharper bound (N6) one for each m.
  flops.total += sharper ? v * (v - 1) + 2 * v * v : 2 * v * (v - 1) + 2 * v;
  return out;
}

/**
 * N6: gap[q * v + m] = max_{x != m} D[q,x] - D[q,m] with D = EU - L0, from the top two of each row.
 */
export function sharperGaps(
  { v, EU }: ProofTables,
  L0: Enclosure,
  flops: Flops,
): Float64Array {
  const out = new Float64Array(v * v);
  for (let q = 0; q < v; q++) {
    let first = -Infinity, second = -Infinity, at = -1;
    for (let x = 0; x < v; x++) {
      const difference = up(EU.hi[q * v + x] - L0.lo[x]);
      // A hinted row that overflows bounds nothing.
      const D = difference === difference ? difference : Infinity;
      if (D > first) {
        second = first;
        first = D;
        at = x;
      } else if (D > second) second = D;
    }
    for (let m = 0; m < v; m++) {
      out[q * v + m] = up((m === at ? second : first) - down(EU.lo[q * v + m] - L0.hi[m]));
    }
  }
  flops.total += v * (v + 2 * (v - 1) + v);
  return out;
}
