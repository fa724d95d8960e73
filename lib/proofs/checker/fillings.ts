/**
 * Checker: drawing one of the assignments that a grid counts, each equally likely, and telling whether
 * an assignment is among them.
 *
 *   any[n][s]  = assignments of the last n free positions whose deficits add up to at most s
 *   need[n][s] = those among them that hold m at least once
 *
 * A draw goes from the first position to the last; a token is as likely as what may follow it is
 * numerous. From 2^53 on the counts are rounded: fillingError() bounds what that changes.
 * @module
 */
import { wholeBelow } from "../../numerics/random_integers.ts";
import type { Random } from "../../numerics/random.ts";
import type { AssignmentGrid } from "./assignments.ts";
import { limit, type Meter, spend } from "./limits.ts";

/** What a set of assignments is drawn from: positions, largest token, whether m must occur. */
export interface FillingGrid extends AssignmentGrid {
  F: number;
  m: number;
  needsMax: boolean;
}

/** Every assignment by tokens up to m: a grid on which nothing is far. */
export function everyFilling(
  { F, m, needsMax }: Omit<FillingGrid, "deficits" | "budget">,
): FillingGrid {
  const deficits = Array.from({ length: F }, () => new Array<number>(m + 1).fill(0));
  return { F, m, needsMax, deficits, budget: 0 };
}

/** Whether the grid counts an assignment that holds m where it must. */
export function holds({ F, deficits, budget }: FillingGrid, tokens: ArrayLike<number>): boolean {
  let sum = 0;
  for (let n = 0; n < F; n++) sum += deficits[n][tokens[F - 1 - n]];
  return sum <= budget;
}

/** Counts that are held at once, of each kind: some hundred megabytes. */
const MOST_COUNTS = 2e7;

/** Draws into tokens[0 .. F - 1]; the grid must count one at least. */
export function fillingDraws(
  { F, m, needsMax, deficits, budget }: FillingGrid,
  meter: Meter,
): (random: Random, tokens: Uint16Array) => void {
  limit("counts of one set", {
    needed: (F + 1) * (budget + 1),
    most: MOST_COUNTS,
    todo: "lower G",
  });
  const any = [new Float64Array(budget + 1).fill(1)], need = [new Float64Array(budget + 1)];
  for (let n = 0; n < F; n++) {
    const nextAny = new Float64Array(budget + 1), nextNeed = new Float64Array(budget + 1);
    for (let t = 0; t <= m; t++) {
      const deficit = deficits[n][t], before = t < m ? need[n] : any[n];
      if (deficit <= budget) spend(meter, 2 * (budget + 1 - deficit));
      for (let s = deficit; s <= budget; s++) {
        nextAny[s] += any[n][s - deficit];
        nextNeed[s] += before[s - deficit];
      }
    }
    any.push(nextAny);
    need.push(nextNeed);
  }
  const sums = new Float64Array(m + 1);
  return (random, tokens) => {
    let left = budget, needs = needsMax;
    for (let n = F - 1; n >= 0; n--) {
      const row = deficits[n];
      let sum = 0;
      for (let t = 0; t <= m; t++) {
        if (row[t] <= left) sum += (needs && t < m ? need : any)[n][left - row[t]];
        sums[t] = sum;
      }
      const drawn = wholeBelow(random, sum);
      const t = sums.findIndex((upTo) => drawn < upTo);
      tokens[F - 1 - n] = t;
      left -= row[t];
      if (t === m) needs = false;
    }
  };
}

/**
 * Half the sum over all assignments of what rounding changes in the probability of each, at most.
 * Below 2^52 assignments nothing is rounded. Else each of F steps rounds v + 2 times in a count and in
 * a running sum, and chooses on a grid of 2^-53; the set was chosen by rounded counts as well. Each
 * moves a probability by a few 2^-53 of itself or of the whole: 16 for each token and step.
 */
export function fillingError({ v, F }: { v: number; F: number }): number {
  return v ** F < 2 ** 52 ? 0 : 16 * F * (v + 2) * 2 ** -53;
}
