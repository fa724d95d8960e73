/**
 * Counting assignments of positions whose terms add up to at least a threshold, on a grid.
 *
 * Free position i holds a token t <= m and contributes value(i,t). For a step D > 0 and any offset
 * o_i put k(i,t) = ceil((value - o_i) / D). Rounding up never lowers a sum, so the assignments with
 *   sum_i k(i,t_i) >= need = ceil(-(query + sum o_i) / D)
 * include all with query + sum value >= 0. With floor and lower ends they are included in them.
 *
 * An assignment is followed by its deficit, sum_i (largest k(i,.) - k(i,t_i)): it counts while the
 * deficit is at most the budget, sum of the largest minus need, about G + F. So states that cannot
 * reach the threshold are never stored. Tokens with equal k are one step with a multiplicity.
 * @module
 */
import { down, exponentOf, scaleByPower, up } from "../arithmetic/interval.ts";
import type { Flops } from "../tables/flops.ts";

/** Terms of one wrong token (or set of them) for one (q, m). */
export interface AssignmentTerms {
  F: number;
  m: number;
  /**
   * value(i,t) at i * stride + t, t <= m: upper ends for countAtMost, lower ends for countAtLeast.
   */
  values: Float64Array;
  stride: number;
  query: number;
  /** At least one free position must hold m (q < m). */
  needsMax: boolean;
}

/** Scratch arrays, grown on demand. */
export interface Scratch {
  before: Float64Array;
  seen: Float64Array;
  nextBefore: Float64Array;
  nextSeen: Float64Array;
  steps: Int32Array;
  weights: Float64Array;
  tally: Float64Array;
}

/** Empty ones. */
export function newScratch(): Scratch {
  const empty = () => new Float64Array(0);
  return {
    before: empty(),
    seen: empty(),
    nextBefore: empty(),
    nextSeen: empty(),
    steps: new Int32Array(0),
    weights: empty(),
    tally: empty(),
  };
}

/** Larger coordinates, and sums of them that need not be exact any more, give up. */
const MAX_COORDINATE = 2 ** 45, MAX_SUM = Number.MAX_SAFE_INTEGER;
/** Longest grid; a caller's G is far below. */
const MAX_BUDGET = 1 << 20;

/** What the largest assignments reach: upper ends of query + sum of values. */
export interface Reach {
  /** Over all assignments: sets the grid. */
  any: number;
  /** Over those with the required m: < 0 means that nothing fails. */
  allowed: number;
}

/** The largest sums, position by position; a required m stands where it costs least. */
export function largestSums({ F, m, values, stride, query, needsMax }: AssignmentTerms): Reach {
  let any = query, least = Infinity;
  for (let i = 0; i < F; i++) {
    const row = i * stride, atMax = values[row + m];
    let top = atMax;
    for (let t = 0; t < m; t++) if (values[row + t] > top) top = values[row + t];
    const cost = atMax === top ? 0 : down(top - atMax);
    if (cost < least) least = cost;
    any = up(any + top);
  }
  return { any, allowed: needsMax && least > 0 ? up(any - least) : any };
}

/**
 * The step S / G with few bits, so that it is the same for anybody who computes S in another order.
 */
export function gridStep(S: number, G: number): number {
  if (!(S > 1e-290)) return 1;
  const e = exponentOf(S / G) - 8;
  return scaleByPower(Math.ceil(scaleByPower(S / G, -e)), e);
}

/** At least as many assignments as can reach query + sum >= 0. */
export function countAtMost(
  terms: AssignmentTerms,
  D: number,
  scratch: Scratch,
  flops?: Flops,
): number {
  return count(terms, D, { scratch, flops, upper: true });
}

/** At most as many assignments as certainly reach query + sum >= 0. */
export function countAtLeast(
  terms: AssignmentTerms,
  D: number,
  scratch: Scratch,
  flops?: Flops,
): number {
  return count(terms, D, { scratch, flops, upper: false });
}

function count(
  terms: AssignmentTerms,
  D: number,
  { scratch, flops, upper }: { scratch: Scratch; flops?: Flops; upper: boolean },
): number {
  const { F, m, needsMax } = terms;
  const everything = (m + 1) ** F, grid = gridOf(terms, D, upper);
  if (!grid) return upper ? everything : 0;
  if (grid.budget < 0) return 0;
  const assignments = convolve({ F, m, ...grid, needsMax }, scratch, flops);
  if (everything < 2 ** 52) return assignments;
  // Positive terms: each rounding on the longest path moves the count by 2^-53 of itself; taken
  // twice.
  const slack = (F * (m + 3) + grid.budget) * 2 ** -52;
  return assignments * (upper ? 1 + slack : 1 - slack);
}

/** Assignments on a grid: those whose deficits add up to at most the budget count. */
export interface AssignmentGrid {
  /** Deficits [F, m + 1]: steps that a token lacks to the best one of its position. */
  k: Float64Array;
  /** Below 0, none counts. */
  budget: number;
}

/** The grid of step D, rounded up or down; undefined where values are beyond any. */
export function gridOf(
  terms: AssignmentTerms,
  D: number,
  upper: boolean,
): AssignmentGrid | undefined {
  const { k, top, offsets, ok } = coordinates(terms, D, upper);
  if (!ok) return undefined;
  const base = upper ? up(terms.query + offsets) : down(terms.query + offsets);
  const need = Math.ceil(upper ? down(-base / D) : up(-base / D));
  const budget = top - need;
  const fits = Math.abs(need) < MAX_COORDINATE && budget < MAX_BUDGET;
  return budget < 0 || fits ? { k, budget } : undefined;
}

/** Grid coordinates k(i,t), [F, m+1]; their largest per position, summed; the offsets, summed. */
function coordinates(
  { F, m, values, stride }: Pick<AssignmentTerms, "F" | "m" | "values" | "stride">,
  D: number,
  upper: boolean,
) {
  const k = new Float64Array(F * (m + 1));
  let top = 0, offsets = 0, ok = D > 0 && D < Infinity;
  for (let i = 0; i < F; i++) {
    // Most values are near 0: an offset among them leaves those unrounded.
    let offset = upper ? -Infinity : Infinity;
    for (let t = 0; t <= m; t++) {
      const value = values[i * stride + t];
      if (value < D / 2 && value > -D / 2) {
        if (upper ? value > offset : value < offset) offset = value;
      }
    }
    if (!(offset > -Infinity && offset < Infinity)) offset = 0;
    offsets = upper ? up(offsets + offset) : down(offsets + offset);
    let largest = -Infinity;
    for (let t = 0; t <= m; t++) {
      const value = values[i * stride + t];
      let n = value === offset
        ? 0
        : upper
        ? Math.ceil(up(up(value - offset) / D))
        : Math.floor(down(down(value - offset) / D));
      if (n !== n) ok = false;
      // Far below every threshold: any smaller coordinate is dead as well. Upwards only in
      // countAtMost.
      if (n < -MAX_COORDINATE) n = upper ? -MAX_COORDINATE : -Infinity;
      if (n > largest) largest = n;
      k[i * (m + 1) + t] = n;
    }
    if (!(Math.abs(largest) < MAX_COORDINATE)) ok = false;
    top += largest;
    if (!(Math.abs(top) <= MAX_SUM)) ok = false;
    for (let t = 0; t <= m; t++) k[i * (m + 1) + t] = largest - k[i * (m + 1) + t];
  }
  return { k, top, offsets, ok };
}

/** Number of assignments with total deficit <= budget; `k` holds deficits. */
function convolve(
  { F, m, k, budget, needsMax }: {
    F: number;
    m: number;
    k: Float64Array;
    budget: number;
    needsMax: boolean;
  },
  scratch: Scratch,
  flops?: Flops,
): number {
  const size = budget + 1;
  if (scratch.before.length < size) {
    for (const name of ["before", "seen", "nextBefore", "nextSeen", "weights", "tally"] as const) {
      scratch[name] = new Float64Array(2 * size);
    }
    scratch.steps = new Int32Array(2 * size);
  }
  const { tally, steps, weights } = scratch;
  scratch.before.fill(0, 0, size);
  scratch.seen.fill(0, 0, size);
  (needsMax ? scratch.before : scratch.seen)[0] = 1;
  // `reach`: the largest deficit held so far.
  let reach = 0, operations = 0;
  for (let i = 0; i < F; i++) {
    const row = i * (m + 1), last = i === F - 1;
    const maxStep = k[row + m];
    const live = gatherSteps(k, row, m, { budget, tally, steps, weights });
    if (last) {
      const total = finish({ scratch, live, reach, budget, needsMax, maxStep });
      operations += total.operations;
      if (flops) flops.total += operations;
      return total.count;
    }
    const { before, seen, nextBefore, nextSeen } = scratch;
    let furthest = maxStep <= budget ? maxStep : 0;
    if (live > 0) furthest = Math.max(furthest, steps[live - 1]);
    const nextReach = Math.min(budget, reach + furthest);
    nextSeen.fill(0, 0, nextReach + 1);
    if (needsMax) nextBefore.fill(0, 0, nextReach + 1);
    for (let n = 0; n < live; n++) {
      const step = steps[n], weight = weights[n];
      const end = Math.min(reach, budget - step);
      for (let s = 0; s <= end; s++) nextSeen[s + step] += weight * seen[s];
      operations += 2 * (end + 1);
      if (needsMax) {
        for (let s = 0; s <= end; s++) nextBefore[s + step] += weight * before[s];
        operations += 2 * (end + 1);
      }
    }
    if (maxStep <= budget) {
      const end = Math.min(reach, budget - maxStep);
      for (let s = 0; s <= end; s++) nextSeen[s + maxStep] += seen[s] + (needsMax ? before[s] : 0);
      operations += (needsMax ? 2 : 1) * (end + 1);
    }
    reach = nextReach;
    scratch.before = nextBefore;
    scratch.nextBefore = before;
    scratch.seen = nextSeen;
    scratch.nextSeen = seen;
  }
  return 0;
}

/** Distinct deficits within the budget of the tokens below m, ascending, with multiplicities. */
function gatherSteps(
  k: Float64Array,
  row: number,
  m: number,
  { budget, tally, steps, weights }: {
    budget: number;
    tally: Float64Array;
    steps: Int32Array;
    weights: Float64Array;
  },
): number {
  let live = 0;
  for (let t = 0; t < m; t++) {
    const step = k[row + t];
    if (!(step <= budget)) continue;
    if (tally[step]++ === 0) steps[live++] = step;
  }
  const sorted = steps.subarray(0, live);
  if (live > 1) sorted.sort();
  for (let n = 0; n < live; n++) {
    weights[n] = tally[sorted[n]];
    tally[sorted[n]] = 0;
  }
  return live;
}

/** The last position needs no array: sum over its steps of the states that may still take them. */
function finish(
  { scratch: { before, seen, steps, weights }, live, reach, budget, needsMax, maxStep }: {
    scratch: Scratch;
    live: number;
    reach: number;
    budget: number;
    needsMax: boolean;
    maxStep: number;
  },
): { count: number; operations: number } {
  let total = 0, operations = 0;
  // Running sum of `seen` from 0, used from the largest step (fewest states) to the smallest.
  let sum = 0, s = 0;
  for (let n = live - 1; n >= 0; n--) {
    const end = Math.min(reach, budget - steps[n]);
    for (; s <= end; s++) sum += seen[s];
    total += weights[n] * sum;
    operations += 2;
  }
  operations += s;
  if (maxStep <= budget) {
    const end = Math.min(reach, budget - maxStep);
    for (let state = 0; state <= end; state++) {
      total += seen[state] + (needsMax ? before[state] : 0);
    }
    operations += (needsMax ? 2 : 1) * (end + 1);
  }
  return { count: total, operations };
}
