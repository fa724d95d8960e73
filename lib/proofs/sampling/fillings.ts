/**
 * Sets of assignments on a grid to draw from: each assignment equally likely.
 *
 * From the last free position to the first, the number of ways to go on within a rest s of the budget,
 * with m still to come or not, is tabulated; a draw walks the other way, each token as likely as its
 * ways to go on are many.
 * @module
 */
import type { Random } from "../../numerics/random.ts";
import { wholeBelow } from "../../numerics/random_integers.ts";
import type { Flops } from "../tables/flops.ts";
import type { AssignmentGrid } from "../theorems/assignments.ts";

/** An assignment of F positions by tokens up to m is in the set if it is within the grid's budget. */
export interface FillingSet extends AssignmentGrid {
  F: number;
  m: number;
  /** m must occur. */
  needsMax: boolean;
}

/** Every assignment by tokens up to m: nothing is far on this grid. */
export function wholeSet({ F, m, needsMax }: Omit<FillingSet, "k" | "budget">): FillingSet {
  return { F, m, needsMax, k: new Float64Array(F * (m + 1)), budget: 0 };
}

/** Whether an assignment that holds m where it must is in the set. */
export function isWithin({ F, m, k, budget }: FillingSet, tokens: ArrayLike<number>): boolean {
  let rest = budget;
  for (let i = 0; i < F; i++) rest -= k[i * (m + 1) + tokens[i]];
  return rest >= 0;
}

/** Draws into tokens[0 .. F - 1] from a set that is not empty; counts the operations of tables. */
export function drawerOf(
  { F, m, needsMax, k, budget }: FillingSet,
  flops: Flops,
): (random: Random, tokens: Uint16Array) => void {
  const size = budget + 1, stride = m + 1;
  // Ways at i * size + s: any assignment of positions i, i + 1, ..; those that hold m.
  const free = new Float64Array((F + 1) * size), bound = new Float64Array((F + 1) * size);
  free.fill(1, F * size);
  for (let i = F - 1; i >= 0; i--) {
    const here = i * size, next = here + size;
    const add = (step: number, times: number, after: Float64Array) => {
      for (let s = step; s < size; s++) {
        free[here + s] += times * free[next + s - step];
        if (needsMax) bound[here + s] += times * after[next + s - step];
      }
      flops.total += (needsMax ? 4 : 2) * Math.max(0, size - step);
    };
    // Tokens with equal deficits are one step with a multiplicity: most have the least.
    const below = new Map<number, number>();
    for (const step of k.subarray(i * stride, i * stride + m)) {
      below.set(step, (below.get(step) ?? 0) + 1);
    }
    for (const [step, times] of below) add(step, times, bound);
    add(k[i * stride + m], 1, free);
  }
  const ways = new Float64Array(stride);
  return (random, tokens) => {
    let rest = budget, isBound = needsMax;
    for (let i = 0; i < F; i++) {
      const next = (i + 1) * size, row = i * stride;
      let sum = 0;
      for (let t = 0; t <= m; t++) {
        const left = rest - k[row + t];
        if (left >= 0) sum += (isBound && t < m ? bound : free)[next + left];
        ways[t] = sum;
      }
      const drawn = wholeBelow(random, sum);
      let t = 0;
      while (drawn >= ways[t]) t++;
      tokens[i] = t;
      rest -= k[row + t];
      if (t === m) isBound = false;
    }
  };
}

/** Operations of a draw: the ways of each token, added up; then one test for each set of the pair. */
export function drawFlops({ F, m }: { F: number; m: number }, sets: number): number {
  return 2 * F * (m + 1) + F * sets;
}
