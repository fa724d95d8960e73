/**
 * Sums of the smallest and of the largest position weights of one query.
 *
 * The k-th smallest true weight lies between the k-th smallest lower and the k-th smallest upper
 * end, so both ends are sorted on their own: no order of nearly equal weights has to be trusted.
 * @module
 */
import { down, type Enclosure, up } from "../arithmetic/interval.ts";

/** index n: sum of the n smallest (largest) weights of the free positions 0..K-2. */
export interface PositionSums {
  smallest: Enclosure;
  largest: Enclosure;
}

/** Weights expEQP [v, K] of query q. */
export function positionSums(expEQP: Enclosure, q: number, K: number): PositionSums {
  const lo = expEQP.lo.slice(q * K, q * K + K - 1).sort();
  const hi = expEQP.hi.slice(q * K, q * K + K - 1).sort();
  return {
    smallest: { lo: sums(lo, down), hi: sums(hi, up) },
    largest: { lo: sums(lo.reverse(), down), hi: sums(hi.reverse(), up) },
  };
}

function sums(sorted: Float64Array, round: (x: number) => number): Float64Array {
  const out = new Float64Array(sorted.length + 1);
  for (let n = 0; n < sorted.length; n++) out[n + 1] = Math.max(0, round(out[n] + sorted[n]));
  return out;
}
