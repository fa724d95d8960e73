/**
 * What each token at each position adds to each logit, for one query.
 *
 *   y_x(i,t) = w(i,t) (EVOU[t,x] + PVOU[i,x] + EU[q,x]),  w(i,t) = e^(scores of token and position)
 *   h_x(i,t) = y_x(i,t) - y_m(i,t)
 *
 * A sequence with last token q and maximum m is right iff for every x != m
 *   b_x + sum over free positions i of h_x(i, t_i) < 0,   b_x = h_x(K-1, q):
 * that is logit[x] - logit[m] times the softmax denominator. Theorems N1 to N4 start from here.
 * @module
 */
import { down, timesWeightDown, timesWeightUp, up } from "../arithmetic/interval.ts";
import type { Flops } from "./flops.ts";
import type { ProofTables } from "./folded.ts";

export interface QueryTerms {
  q: number;
  v: number;
  /** Free positions, K - 1. */
  F: number;
  /** Ends of y_x(i,t) at (i * v + x) * v + t: t is contiguous; i < F. */
  lo: Float64Array;
  hi: Float64Array;
  /** Ends of y_x(K-1, q): [v]. */
  queryLo: Float64Array;
  queryHi: Float64Array;
}

/**
 * Every pair of last token q and maximum m >= q with its terms, which are overwritten for the next
 * pair. In real arithmetic they are those of q, for all its m. Where the tables are widened, a
 * weight would widen each of two terms by their own sizes, and not by their difference's: then they
 * are made for every m, y_x - y_m in place of y_x and 0 in place of y_m, for t <= m.
 */
export function* everyPair(
  tables: ProofTables,
  flops?: Flops,
): Generator<{ q: number; m: number; terms: QueryTerms }> {
  const { v } = tables;
  let terms: QueryTerms | undefined;
  for (let q = 0; q < v; q++) {
    if (!tables.evaluation) terms = queryTerms(tables, q, { reuse: terms, flops });
    for (let m = q; m < v; m++) {
      if (tables.evaluation) terms = differenceTerms(tables, q, { m, reuse: terms, flops });
      yield { q, m, terms: terms! };
    }
  }
}

function newTerms(v: number, F: number): QueryTerms {
  return {
    q: 0,
    v,
    F,
    lo: new Float64Array(F * v * v),
    hi: new Float64Array(F * v * v),
    queryLo: new Float64Array(v),
    queryHi: new Float64Array(v),
  };
}

/** Differences to m, for t <= m. */
function differenceTerms(
  { v, K, EVOU, PVOU, EU, expEQK, expEQP }: ProofTables,
  q: number,
  { m, reuse, flops }: { m: number; reuse?: QueryTerms; flops?: Flops },
): QueryTerms {
  const F = K - 1, out = reuse ?? newTerms(v, F);
  out.q = q;
  const baseLo = new Float64Array(v), baseHi = new Float64Array(v);
  for (let i = 0; i < K; i++) {
    const query = i === F;
    for (let x = 0; x < v; x++) {
      const a = i * v + x, b = i * v + m, c = q * v + x, d = q * v + m;
      baseLo[x] = down(down(PVOU.lo[a] - PVOU.hi[b]) + down(EU.lo[c] - EU.hi[d]));
      baseHi[x] = up(up(PVOU.hi[a] - PVOU.lo[b]) + up(EU.hi[c] - EU.lo[d]));
    }
    for (let t = query ? q : 0; t <= (query ? q : m); t++) {
      const weightLo = Math.max(0, down(expEQK.lo[q * v + t] * expEQP.lo[q * K + i]));
      const weightHi = up(expEQK.hi[q * v + t] * expEQP.hi[q * K + i]);
      for (let x = 0; x < v; x++) {
        const low = down(down(EVOU.lo[t * v + x] - EVOU.hi[t * v + m]) + baseLo[x]);
        const high = up(up(EVOU.hi[t * v + x] - EVOU.lo[t * v + m]) + baseHi[x]);
        const lo = x === m ? 0 : timesWeightDown(low, weightLo, weightHi);
        const hi = x === m ? 0 : timesWeightUp(high, weightLo, weightHi);
        if (query) {
          out.queryLo[x] = lo;
          out.queryHi[x] = hi;
        } else {
          out.lo[(i * v + x) * v + t] = lo;
          out.hi[(i * v + x) * v + t] = hi;
        }
      }
    }
  }
  if (flops) flops.total += 3 * K * v + (F * (m + 1) + 1) * (1 + 3 * v);
  return out;
}

/** The terms of query q; pass `reuse` to fill the arrays of an earlier call again. */
function queryTerms(
  tables: ProofTables,
  q: number,
  { reuse, flops }: { reuse?: QueryTerms; flops?: Flops } = {},
): QueryTerms {
  const { v, K, EVOU, PVOU, EU, expEQK, expEQP } = tables;
  const F = K - 1;
  const out = reuse ?? newTerms(v, F);
  out.q = q;
  const baseLo = new Float64Array(v), baseHi = new Float64Array(v);
  for (let i = 0; i < K; i++) {
    for (let x = 0; x < v; x++) {
      baseLo[x] = down(PVOU.lo[i * v + x] + EU.lo[q * v + x]);
      baseHi[x] = up(PVOU.hi[i * v + x] + EU.hi[q * v + x]);
    }
    const query = i === F;
    for (let t = query ? q : 0; t < (query ? q + 1 : v); t++) {
      const weightLo = Math.max(0, down(expEQK.lo[q * v + t] * expEQP.lo[q * K + i]));
      const weightHi = up(expEQK.hi[q * v + t] * expEQP.hi[q * K + i]);
      for (let x = 0; x < v; x++) {
        const low = down(EVOU.lo[t * v + x] + baseLo[x]);
        const high = up(EVOU.hi[t * v + x] + baseHi[x]);
        const lo = down(low >= 0 ? low * weightLo : low * weightHi);
        const hi = up(high >= 0 ? high * weightHi : high * weightLo);
        if (query) {
          out.queryLo[x] = lo;
          out.queryHi[x] = hi;
        } else {
          out.lo[(i * v + x) * v + t] = lo;
          out.hi[(i * v + x) * v + t] = hi;
        }
      }
    }
  }
  if (flops) flops.total += K * v + (F * v + 1) * (1 + 2 * v);
  return out;
}
