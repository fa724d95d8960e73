/**
 * Checker: how many fillings that follow a rule reach a threshold, from the last position to the
 * first.
 *
 *   best[i][state]      the largest sum of grid coordinates from position i on, on a way that ends
 *   within[state][b]    the ways from position i on whose sum is at least best[i][state] - b
 * @module
 */
import { down, exponentOf, scaleByPower, up } from "../arithmetic/interval.ts";
import { type Meter, spend } from "./limits.ts";
import type { Rule } from "./tasks.ts";

/** A rule written out: next state at (i * states + state) * v + t, and the number of its fillings. */
export interface RuleTable {
  v: number;
  F: number;
  states: number;
  start: number;
  next: Int8Array;
  ends: boolean[];
  fillings: bigint;
}

/** Asks a rule for every token. */
export function ruleTable(rule: Rule, v: number, F: number): RuleTable {
  const { states, start } = rule;
  const next = new Int8Array(F * states * v);
  for (let at = 0; at < next.length; at++) {
    const row = Math.floor(at / v);
    next[at] = rule.step(row % states, Math.floor(row / states), at % v);
  }
  const ends = Array.from({ length: states }, (_, state) => rule.ends(state));
  let ways = ends.map((end): bigint => end ? 1n : 0n);
  for (let i = F - 1; i >= 0; i--) {
    ways = ways.map((_, state) => {
      let sum = 0n;
      for (let t = 0; t < v; t++) {
        const to = next[(i * states + state) * v + t];
        if (to >= 0) sum += ways[to];
      }
      return sum;
    });
  }
  return { v, F, states, start, next, ends, fillings: ways[start] };
}

/** For each position and state the largest sum to the end; -Infinity where no way ends. */
function largestSums(
  { v, F, states, next, ends }: RuleTable,
  value: (at: number) => number,
  plus: (a: number, b: number) => number,
): Float64Array[] {
  const best = Array.from({ length: F + 1 }, () => new Float64Array(states).fill(-Infinity));
  ends.forEach((end, state) => best[F][state] = end ? 0 : -Infinity);
  for (let i = F - 1; i >= 0; i--) {
    for (let state = 0; state < states; state++) {
      for (let t = 0; t < v; t++) {
        const to = next[(i * states + state) * v + t];
        if (to < 0 || best[i + 1][to] === -Infinity) continue;
        const sum = plus(value(i * v + t), best[i + 1][to]);
        if (sum !== sum) best[i][state] = Infinity;
        else if (sum > best[i][state]) best[i][state] = sum;
      }
    }
  }
  return best;
}

/** The grid step for G steps from the threshold to the largest sum; 0 when nothing can fail. */
export function taskStep(
  table: RuleTable,
  { values, query }: { values: Float64Array; query: number },
  G: number,
): number {
  const best = largestSums(table, (at) => values[at], (a, b) => up(b + a))[0][table.start];
  const reach = best === -Infinity ? best : up(query + best);
  if (reach < 0) return 0;
  if (!(reach > 1e-290)) return 1;
  const e = exponentOf(reach / G) - 8;
  return scaleByPower(Math.ceil(scaleByPower(reach / G, -e)), e);
}

const LIMIT = 2 ** 42, LONGEST = 1 << 20;

/** Fillings with query + sum >= 0: at least all of them (`above`), or at most (not `above`). */
export function countFillings(
  table: RuleTable,
  { values, query, D }: { values: Float64Array; query: number; D: number },
  { above, meter }: { above: boolean; meter: Meter },
): number {
  const { v, F, start } = table;
  const unknown = above ? v ** F : 0;
  if (!(D > 0 && D < Infinity)) return unknown;
  const { k, base, known } = coordinates(table, { values, query, D, above });
  if (!known) return unknown;
  const best = largestSums(table, (at) => k[at], (a, b) => a + b);
  if (best[0][start] === -Infinity) return 0;
  const need = Math.ceil(above ? down(-base / D) : up(-base / D));
  const budget = best[0][start] - need;
  if (budget < 0) return 0;
  if (!(Math.abs(need) < LIMIT && budget < LONGEST)) return unknown;
  return waysWithin(table, { k, best, budget }, meter);
}

/** Grid coordinates of the tokens that may stand somewhere, and the query with the offsets. */
function coordinates(
  { v, F, states, next }: RuleTable,
  { values, query, D, above }: { values: Float64Array; query: number; D: number; above: boolean },
) {
  const round = above ? up : down;
  const k = new Float64Array(F * v).fill(-Infinity);
  let base = query, known = true;
  for (let i = 0; i < F; i++) {
    const stands = (t: number) => {
      for (let s = 0; s < states; s++) if (next[(i * states + s) * v + t] >= 0) return true;
      return false;
    };
    const tokens = Array.from({ length: v }, (_, t) => t).filter(stands);
    const small = tokens.map((t) => values[i * v + t]).filter((h) => h < D / 2 && h > -D / 2);
    const offset = small.length === 0 ? 0 : above ? Math.max(...small) : Math.min(...small);
    base = round(base + offset);
    for (const t of tokens) {
      const h = values[i * v + t];
      const n = h === offset ? 0 : round(round(h - offset) / D);
      const whole = above ? Math.ceil(n) : Math.floor(n);
      const clamped = whole < -LIMIT ? above ? -LIMIT : -Infinity : whole;
      if (!(clamped <= LIMIT)) known = false;
      k[i * v + t] = clamped;
    }
  }
  return { k, base, known };
}

function waysWithin(
  { v, F, states, start, next, ends }: RuleTable,
  { k, best, budget }: { k: Float64Array; best: Float64Array[]; budget: number },
  meter: Meter,
): number {
  let within = ends.map((end) => new Float64Array(budget + 1).fill(end ? 1 : 0));
  for (let i = F - 1; i >= 0; i--) {
    const from = within.map(() => new Float64Array(budget + 1));
    const lowest = i === 0 ? budget : 0;
    for (let state = 0; state < states; state++) {
      if (best[i][state] === -Infinity || (i === 0 && state !== start)) continue;
      const steps = new Map<number, number>();
      for (let t = 0; t < v; t++) {
        const to = next[(i * states + state) * v + t];
        if (to < 0 || best[i + 1][to] === -Infinity) continue;
        const behind = best[i][state] - k[i * v + t] - best[i + 1][to];
        if (behind > budget) continue;
        const key = behind * states + to;
        steps.set(key, (steps.get(key) ?? 0) + 1);
      }
      for (const [key, times] of steps) {
        const to = key % states, behind = (key - to) / states;
        const first = Math.max(behind, lowest), source = within[to], sums = from[state];
        spend(meter, budget + 1 - first);
        for (let b = first; b <= budget; b++) sums[b] += times * source[b - behind];
      }
    }
    within = from;
  }
  return within[start][budget];
}
