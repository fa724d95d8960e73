/**
 * What theorem N5 (n5_layered.ts) makes before it looks at a pair (q, m): the weights of tokens,
 * widened by the error of approximate scores, the row maxima of copying and positions, and the
 * direct path, exact or approximate.
 * @module
 */
import {
  type AttentionBound,
  attentionBound,
  type AttentionError,
  EXACT_SCORES,
} from "../subcubic/attention_error.ts";
import { down, type Enclosure, up } from "../arithmetic/interval.ts";
import { directBound, type DirectPath } from "../subcubic/direct_path.ts";
import type { Directions } from "../tables/directions.ts";
import type { Flops } from "../tables/flops.ts";
import { countTables, type ProofTables } from "../tables/folded.ts";

/** What N5 takes approximately; both exact by default. */
export interface LayeredParts {
  attention?: AttentionError;
  direct?: DirectPath | "exact";
}

/** A proof with its tables made. */
export interface Layered {
  tables: ProofTables;
  G: number;
  /** Operations that depend on no hint. */
  flops: Flops;
  weights: TokenWeights;
  shared: SharedTables;
}

/** Ends of tau: the weight of a token among other tokens, and of the maximum. */
interface TokenWeights {
  other: Enclosure;
  max: Enclosure;
}

/** What all pairs (q, m) share. */
interface SharedTables {
  /** PM[x * v + m] = max_i PVOU[i,x] - PVOU[i,m], over all K positions. */
  PM: Float64Array;
  /** min_i PVOU[i,m], lower end: [v]. */
  lowPVOU: Float64Array;
  /** e1[t] = max_x EVOU[t,x] + max_i PVOU[i,x]; e2 leaves out x = t: [v]. */
  e1: Float64Array;
  e2: Float64Array;
  /** Upper end of EU[q,x] - EU[q,m], or of its approximation. */
  direct(q: number, x: number, m: number): number;
}

/** Makes everything that does not depend on (q, m). */
export function prepareLayered(
  tables: ProofTables,
  parts: LayeredParts,
  { directions, G }: { directions: Directions; G: number },
): Layered {
  const flops: Flops = { total: 0 };
  const attention = parts.attention ?? EXACT_SCORES;
  const direct = parts.direct ?? "exact";
  countTables(flops, tables, [
    "EQP",
    "EVOU",
    "PVOU",
    ...(direct === "exact" ? ["EU" as const] : []),
  ]);
  const bound = attentionBound(tables, attention, { directions, flops });
  return {
    tables,
    G,
    flops,
    weights: tokenWeights(bound, tables.v),
    shared: sharedTables(tables, { direct, directions, flops }),
  };
}

/** Widens the weights of other tokens by the error, both ways. */
function tokenWeights({ weights, errUp, errDown }: AttentionBound, v: number): TokenWeights {
  const lo = weights.lo.map((w, i) => {
    const factor = errDown[Math.floor(i / v)];
    return factor === 1 ? w : Math.max(0, down(w * factor));
  });
  const hi = weights.hi.map((w, i) => {
    const factor = errUp[Math.floor(i / v)];
    return factor === 1 ? w : up(w * factor);
  });
  return { other: { lo, hi }, max: weights };
}

function sharedTables(
  tables: ProofTables,
  { direct, directions, flops }: {
    direct: DirectPath | "exact";
    directions: Directions;
    flops: Flops;
  },
): SharedTables {
  const { v, K, EVOU, PVOU, EU } = tables;
  const PM = new Float64Array(v * v).fill(-Infinity);
  const lowPVOU = new Float64Array(v).fill(Infinity), topPVOU = new Float64Array(v).fill(-Infinity);
  for (let i = 0; i < K; i++) {
    for (let x = 0; x < v; x++) {
      const high = PVOU.hi[i * v + x];
      topPVOU[x] = Math.max(topPVOU[x], high);
      lowPVOU[x] = Math.min(lowPVOU[x], PVOU.lo[i * v + x]);
      for (let m = 0; m < v; m++) {
        const h = up(high - PVOU.lo[i * v + m]);
        if (h > PM[x * v + m]) PM[x * v + m] = h;
      }
    }
  }
  const e1 = new Float64Array(v).fill(-Infinity), e2 = new Float64Array(v).fill(-Infinity);
  for (let t = 0; t < v; t++) {
    for (let x = 0; x < v; x++) {
      const e = up(EVOU.hi[t * v + x] + topPVOU[x]);
      e1[t] = Math.max(e1[t], e);
      if (x !== t) e2[t] = Math.max(e2[t], e);
    }
  }
  flops.total += 2 * K * v * v + 2 * K * v + 3 * v * v;
  if (direct === "exact") {
    const exact = (q: number, x: number, m: number) => up(EU.hi[q * v + x] - EU.lo[q * v + m]);
    return { PM, lowPVOU, e1, e2, direct: exact };
  }
  if (direct === "global_max_diff_exact" || direct === "max_diff_exact") {
    countTables(flops, tables, ["EU"]);
  }
  const { L0, gap } = directBound(tables, direct, { direct: directions.direct, flops });
  const approximate = (q: number, x: number, m: number) => up(up(L0.hi[x] - L0.lo[m]) + gap[q]);
  return { PM, lowPVOU, e1, e2, direct: approximate };
}
