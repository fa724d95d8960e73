/**
 * Checker: how many assignments reach a threshold, from the last position to the first.
 *
 *   any[s]  = assignments of the positions from i on whose deficits add up to at most s
 *   need[s] = those among them that hold m at least once
 * @module
 */
import { down, exponentOf, scaleByPower, up } from "../arithmetic/interval.ts";
import { type Meter, spend } from "./limits.ts";

/** values(i,t) at i * stride + t for t <= m: upper ends, or lower ends for a count from below. */
export interface AssignmentTerms {
  F: number;
  m: number;
  stride: number;
  values: Float64Array;
  query: number;
  needsMax: boolean;
}

/** Most steps of a grid that a certificate may ask for. */
export const MOST_STEPS = 65536;

const LIMIT = 2 ** 45;
const LONGEST = 1 << 20;

/** The grid step for G steps from threshold to the largest sum; 0 when nothing can fail. */
export function stepFor(
  { F, m, stride, values, query, needsMax }: AssignmentTerms,
  G: number,
): number {
  let sum = query, detour = Infinity;
  for (let i = F - 1; i >= 0; i--) {
    let top = values[i * stride + m];
    for (let t = 0; t < m; t++) top = Math.max(top, values[i * stride + t]);
    sum = up(sum + top);
    detour = Math.min(
      detour,
      values[i * stride + m] === top ? 0 : down(top - values[i * stride + m]),
    );
  }
  if ((needsMax ? up(sum - Math.max(0, detour)) : sum) < 0) return 0;
  if (!(sum > 1e-290)) return 1;
  const e = exponentOf(sum / G) - 8;
  return scaleByPower(Math.ceil(scaleByPower(sum / G, -e)), e);
}

/** Assignments with query + sum >= 0: at least all of them (`above`), or at most (not `above`). */
export function countAssignments(
  assignments: AssignmentTerms,
  D: number,
  { above, meter }: { above: boolean; meter: Meter },
): number {
  const { F, m, needsMax } = assignments;
  const grid = gridOf(assignments, D, above);
  if (!grid) return above ? (m + 1) ** F : 0;
  const { deficits, budget } = grid;
  if (budget < 0) return 0;
  const steps = deficits.map((row) => {
    const counts = new Map<number, number>();
    for (const deficit of row.slice(0, m)) counts.set(deficit, (counts.get(deficit) ?? 0) + 1);
    return counts;
  });
  return reachable({ steps, maxStep: deficits.map((row) => row[m]), budget, needsMax }, meter);
}

/** Assignments on a grid. */
export interface AssignmentGrid {
  /** deficits[n][t]: steps that token t lacks to the best one, at the n-th position from the end. */
  deficits: number[][];
  /** What they may add up to; below 0, no assignment counts. */
  budget: number;
}

/** Values in steps of D, rounded up or down; undefined where they are beyond any grid. */
export function gridOf(
  { F, m, stride, values, query }: AssignmentTerms,
  D: number,
  above: boolean,
): AssignmentGrid | undefined {
  const round = above ? up : down;
  if (!(D > 0 && D < Infinity)) return undefined;
  const deficits: number[][] = [];
  let base = query, top = 0;
  for (let i = F - 1; i >= 0; i--) {
    const row = [...values.subarray(i * stride, i * stride + m + 1)];
    const small = row.filter((h) => h < D / 2 && h > -D / 2);
    const offset = small.length === 0 ? 0 : above ? Math.max(...small) : Math.min(...small);
    base = round(base + offset);
    const k = row.map((h) => {
      if (h === offset) return 0;
      const n = round(round(h - offset) / D);
      const whole = above ? Math.ceil(n) : Math.floor(n);
      return whole < -LIMIT ? (above ? -LIMIT : -Infinity) : whole;
    });
    const largest = Math.max(...k);
    if (!(Math.abs(largest) < LIMIT)) return undefined;
    top += largest;
    if (!Number.isSafeInteger(top)) return undefined;
    deficits.push(k.map((n) => largest - n));
  }
  const need = Math.ceil(above ? down(-base / D) : up(-base / D));
  const budget = top - need;
  if (budget >= 0 && !(Math.abs(need) < LIMIT && budget < LONGEST)) return undefined;
  return { deficits, budget };
}

/** steps[n]: deficits and multiplicities of tokens below m at the n-th position from the end. */
function reachable({ steps, maxStep, budget, needsMax }: {
  steps: Map<number, number>[];
  maxStep: number[];
  budget: number;
  needsMax: boolean;
}, meter: Meter): number {
  let any = new Float64Array(budget + 1).fill(1), need = new Float64Array(budget + 1);
  for (let n = 0; n < steps.length; n++) {
    const nextAny = new Float64Array(budget + 1), nextNeed = new Float64Array(budget + 1);
    const lowest = n === steps.length - 1 ? budget : 0;
    let additions = 0;
    for (const step of [...steps[n].keys(), maxStep[n]]) {
      additions += Math.max(0, budget + 1 - Math.max(step, lowest));
    }
    spend(meter, needsMax ? 2 * additions : additions);
    for (const [step, times] of steps[n]) {
      for (let s = Math.max(step, lowest); s <= budget; s++) nextAny[s] += times * any[s - step];
      if (!needsMax) continue;
      for (let s = Math.max(step, lowest); s <= budget; s++) nextNeed[s] += times * need[s - step];
    }
    for (let s = Math.max(maxStep[n], lowest); s <= budget; s++) {
      nextAny[s] += any[s - maxStep[n]];
      nextNeed[s] += any[s - maxStep[n]];
    }
    any = nextAny;
    need = nextNeed;
  }
  return (needsMax ? need : any)[budget];
}

/**
 * An integer not below (or not above) a sum of counts of assignments of F positions by v tokens.
 * From 2^52 on float64 rounds them: once for each token at each position, and once for each count
 * in the sum. Each rounding moves a sum of positive terms by 2^-53 of itself; taken twice.
 */
export function wholeCount(
  count: number,
  { v, F, above }: { v: number; F: number; above: boolean },
): bigint {
  const slack = v ** F < 2 ** 52 ? 0 : (F * (v + 2) + v) * 2 ** -52;
  const widened = count * (above ? 1 + slack : 1 - slack);
  return BigInt(above ? Math.ceil(widened) : Math.floor(widened));
}
