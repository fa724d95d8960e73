/**
 * Checker: how much work it does for a certificate, a minute or two. What needs more is rejected.
 * @module
 */
import { reject } from "./reader.ts";

/** Additions left for counting on grids; hints and G decide how many there will be. */
export interface Meter {
  left: number;
}

const MOST_ADDITIONS = 5e10;

/** A minute's worth or two. */
export function newMeter(): Meter {
  return { left: MOST_ADDITIONS };
}

/** Takes additions off the meter; rejects when it is empty. */
export function spend(meter: Meter, additions: number): void {
  meter.left -= additions;
  if (!(meter.left >= 0)) {
    reject(
      `its grids need more than ${MOST_ADDITIONS} additions, the most the checker makes: lower G`,
    );
  }
}

/** Rejects work beyond what the checker does. */
export function limit(what: string, needed: number, most: number): void {
  if (!(needed <= most)) {
    reject(`${needed.toExponential(1)} ${what}, more than the checker visits (${most})`);
  }
}

/** Sums that any theorem may need. */
export const MOST_SUMS = 4e10;

/**
 * Rejects theorems that take `each` sums for every (q, m, x) on top of the v (K - 1) terms of each.
 */
export function limitTerms({ v, K, each }: { v: number; K: number; each: number }): void {
  limit("sums", v ** 3 / 2 * (v * (K - 1) / 2 + each), MOST_SUMS);
}
