/**
 * Checker: h_x(i,t) = w(i,t) (EVOU[t,x] - EVOU[t,m] + PVOU[i,x] - PVOU[i,m] + EU[q,x] - EU[q,m]),
 * term by term. A sequence is right iff b_x + sum_i h_x(i,t_i) < 0 for every x != m, with b_x =
 * h_x(K-1,q).
 * @module
 */
import { down, up } from "../arithmetic/interval.ts";
import { type CheckTables, gapUp, weighDown, weighUp } from "./tables.ts";

/** One (q, m, x) at a time. */
export interface WinTerms {
  /** Upper ends at i * v + t, t <= m, and of b_x. */
  hi: Float64Array;
  queryHi: number;
  /** Lower ends, filled by lower(). */
  lo: Float64Array;
  queryLo: number;
  upper(m: number, x: number): void;
  lower(m: number, x: number): void;
}

/** Terms for query q, for tokens up to m, or up to `last` where others may stand beside m. */
export function winTerms(
  T: CheckTables,
  q: number,
  { last }: { last?: number } = {},
): WinTerms {
  const { v, K, F, EVOU, PVOU, EU, token, position } = T;
  const weightLo = new Float64Array(K * v), weightHi = new Float64Array(K * v);
  for (let i = 0; i < K; i++) {
    for (let t = 0; t < v; t++) {
      weightLo[i * v + t] = Math.max(0, down(token.lo[q * v + t] * position.lo[q * K + i]));
      weightHi[i * v + t] = up(token.hi[q * v + t] * position.hi[q * K + i]);
    }
  }
  const copied = new Float64Array(v);
  const out: WinTerms = {
    hi: new Float64Array(F * v),
    lo: new Float64Array(F * v),
    queryHi: 0,
    queryLo: 0,
    upper(m, x) {
      const most = last ?? m;
      const direct = gapUp(EU, q * v, m, x);
      for (let t = 0; t <= most; t++) copied[t] = gapUp(EVOU, t * v, m, x);
      for (let i = 0; i < K; i++) {
        const noise = up(gapUp(PVOU, i * v, m, x) + direct);
        if (i === F) {
          out.queryHi = weighUp(up(noise + copied[q]), weightLo[i * v + q], weightHi[i * v + q]);
          break;
        }
        for (let t = 0, at = i * v; t <= most; t++, at++) {
          out.hi[at] = weighUp(up(noise + copied[t]), weightLo[at], weightHi[at]);
        }
      }
    },
    lower(m, x) {
      const most = last ?? m;
      // a[x] - a[m] from below is minus (a[m] - a[x]) from above.
      const direct = -gapUp(EU, q * v, x, m);
      for (let t = 0; t <= most; t++) copied[t] = -gapUp(EVOU, t * v, x, m);
      for (let i = 0; i < K; i++) {
        const noise = down(-gapUp(PVOU, i * v, x, m) + direct);
        if (i === F) {
          out.queryLo = weighDown(
            down(noise + copied[q]),
            weightLo[i * v + q],
            weightHi[i * v + q],
          );
          break;
        }
        for (let t = 0, at = i * v; t <= most; t++, at++) {
          out.lo[at] = weighDown(down(noise + copied[t]), weightLo[at], weightHi[at]);
        }
      }
    },
  };
  return out;
}

/** Largest hi over the given tokens at position i. */
export function topOver(hi: Float64Array, row: number, from: number, to: number): number {
  let top = -Infinity;
  for (let t = from; t < to; t++) if (hi[row + t] > top) top = hi[row + t];
  return top;
}
