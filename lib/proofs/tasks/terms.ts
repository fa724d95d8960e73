/**
 * h_x(i,t) of task.ts for one last token q and answer y, where any token may stand at any position:
 * of single wrong tokens, of sets of them, and of many by row maxima.
 * @module
 */
import {
  down,
  type Enclosure,
  timesWeightDown,
  timesWeightUp,
  up,
} from "../arithmetic/interval.ts";
import type { Flops } from "../tables/flops.ts";
import type { ProofTables } from "../tables/folded.ts";

/** Terms of the free positions at i * v + t, [K - 1, v], and b_x of the query's own. */
export interface AnswerTerms {
  values: Float64Array;
  query: number;
}

/** Where the terms of one last token come from. */
export interface QueryPlace {
  tables: ProofTables;
  q: number;
  /** w(i,t), [K, v]. */
  weights: Enclosure;
}

/** Weights of every token at every position for the last token q. */
export function placeOf(tables: ProofTables, q: number, flops?: Flops): QueryPlace {
  const { v, K, expEQK, expEQP } = tables;
  const lo = new Float64Array(K * v), hi = new Float64Array(K * v);
  for (let i = 0; i < K; i++) {
    for (let t = 0; t < v; t++) {
      lo[i * v + t] = Math.max(0, down(expEQK.lo[q * v + t] * expEQP.lo[q * K + i]));
      hi[i * v + t] = up(expEQK.hi[q * v + t] * expEQP.hi[q * K + i]);
    }
  }
  if (flops) flops.total += K * v;
  return { tables, q, weights: { lo, hi } };
}

/** Upper ends of max_{x in X} h_x for the answer y. */
export function upperTerms(
  place: QueryPlace,
  { y, X }: { y: number; X: readonly number[] },
  flops?: Flops,
): AnswerTerms {
  const { tables: { v, K, EVOU, PVOU, EU }, q } = place;
  const most = X.map((x) => {
    const direct = up(EU.hi[q * v + x] - EU.lo[q * v + y]);
    const noise = Array.from(
      { length: K },
      (_, i) => up(up(PVOU.hi[i * v + x] - PVOU.lo[i * v + y]) + direct),
    );
    return weighed(
      place,
      timesWeightUp,
      (i, t) => up(up(EVOU.hi[t * v + x] - EVOU.lo[t * v + y]) + noise[i]),
    );
  });
  if (flops) flops.total += X.length * (1 + 2 * K + 4 * ((K - 1) * v + 1));
  return most.reduce(largerTerms);
}

/** Lower ends of h_x for the answer y. */
export function lowerTerms(place: QueryPlace, { y, x }: { y: number; x: number }): AnswerTerms {
  const { tables: { v, EVOU, PVOU, EU }, q } = place;
  const direct = down(EU.lo[q * v + x] - EU.hi[q * v + y]);
  return weighed(place, timesWeightDown, (i, t) => {
    const copied = down(EVOU.lo[t * v + x] - EVOU.hi[t * v + y]);
    return down(copied + down(down(PVOU.lo[i * v + x] - PVOU.hi[i * v + y]) + direct));
  });
}

/**
 * Row maxima of the tokens X, [K, v]: upper ends of max_{x in X} EVOU[t,x] + PVOU[i,x]. The same for
 * every last token.
 */
export function rowMaxima(
  { v, K, EVOU, PVOU }: ProofTables,
  X: readonly number[],
  flops?: Flops,
): Float64Array {
  const out = new Float64Array(K * v).fill(-Infinity);
  for (let i = 0; i < K; i++) {
    for (let t = 0; t < v; t++) {
      for (const x of X) {
        out[i * v + t] = Math.max(out[i * v + t], up(EVOU.hi[t * v + x] + PVOU.hi[i * v + x]));
      }
    }
  }
  if (flops) flops.total += 2 * K * v * X.length;
  return out;
}

/** Upper ends of all h_x, x in X, by their row maxima and the largest of the direct path. */
export function togetherTerms(
  place: QueryPlace,
  { y, X, maxima }: { y: number; X: readonly number[]; maxima: Float64Array },
  flops?: Flops,
): AnswerTerms {
  const { tables: { v, K, EVOU, PVOU, EU }, q } = place;
  const most = X.reduce((top, x) => Math.max(top, EU.hi[q * v + x]), -Infinity);
  const direct = up(most - EU.lo[q * v + y]);
  if (flops) flops.total += X.length + K + 3 * ((K - 1) * v + 1);
  return weighed(place, timesWeightUp, (i, t) => {
    const beyond = up(up(maxima[i * v + t] - EVOU.lo[t * v + y]) - PVOU.lo[i * v + y]);
    return up(beyond + direct);
  });
}

/** c(i,t) times the weights' ends. */
function weighed(
  { tables: { v, K }, q, weights: { lo, hi } }: QueryPlace,
  times: (c: number, lo: number, hi: number) => number,
  c: (i: number, t: number) => number,
): AnswerTerms {
  const F = K - 1, values = new Float64Array(F * v);
  for (let i = 0; i < F; i++) {
    for (let t = 0; t < v; t++) values[i * v + t] = times(c(i, t), lo[i * v + t], hi[i * v + t]);
  }
  const at = F * v + q;
  return { values, query: times(c(F, q), lo[at], hi[at]) };
}

function largerTerms(a: AnswerTerms, b: AnswerTerms): AnswerTerms {
  return {
    values: a.values.map((h, at) => Math.max(h, b.values[at])),
    query: Math.max(a.query, b.query),
  };
}
