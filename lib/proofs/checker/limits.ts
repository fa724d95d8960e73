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
      `expected grids of at most ${MOST_ADDITIONS} additions, the most the checker makes, but found ` +
        `more: lower G`,
    );
  }
}

/** Rejects work beyond what the checker does; `todo` is what the certificate's author may change. */
export function limit(
  what: string,
  { needed, most, todo = "take a smaller model, or another theorem" }: {
    needed: number;
    most: number;
    todo?: string;
  },
): void {
  if (!(needed <= most)) {
    const found = needed.toExponential(1);
    reject(
      `expected at most ${most} ${what} but found ${found}, more than the checker visits: ${todo}`,
    );
  }
}

/** Sums that any theorem may need. */
export const MOST_SUMS = 4e10;

/** The same of theorems about tasks, whose fillings follow rules: each takes some fifty times as long. */
export const MOST_TASK_SUMS = 2e9;

/** What to do where the hinted gaps are too large. */
export const LOWER_GAPS = "lower the gaps";

/**
 * Rejects theorems that take `each` sums for every (q, m, x) on top of the v (K - 1) terms of each.
 */
export function limitTerms({ v, K, each }: { v: number; K: number; each: number }): void {
  limit("sums", { needed: v ** 3 / 2 * (v * (K - 1) / 2 + each), most: MOST_SUMS });
}
