/**
 * Counting the words of a language whose terms add up to at least a threshold, on a grid.
 *
 * Token t at free position i contributes value(i,t). For a step D > 0 and any offsets o_i put
 * k(i,t) = ceil((value - o_i) / D). Rounding up never lowers a sum, so the words with
 *   sum_i k(i,t_i) >= need = ceil(-(query + sum o_i) / D)
 * include all with query + sum value >= 0. With floor and lower ends they are included in them.
 *
 * best[i][state] is the largest sum of k that positions i and later can add on their way from a state
 * to one that accepts. A word is followed by what it stays behind that: a token's deficit is
 * best[i][state] - k(i,t) - best[i+1][next], never negative, and the word counts while its deficits
 * add up to at most best[0][start] - need, about G. Tokens with equal k are one step with a
 * multiplicity.
 * @module
 */
import { down, up } from "../arithmetic/interval.ts";
import type { Flops } from "../tables/flops.ts";
import type { Language, Run } from "./language.ts";

/** Terms of one wrong token, or set of them, for one last token and answer. */
export interface WordTerms {
  language: Language;
  /** value(i,t) at i * stride + t: upper ends for counts at most, lower ends for counts at least. */
  values: Float64Array;
  stride: number;
  query: number;
}

/** Larger coordinates give up: sums of up to 960 of them stay exact. */
const MAX_COORDINATE = 2 ** 42;
/** Longest grid; a caller's G is far below. */
const MAX_BUDGET = 1 << 20;

/** Upper end of query + the largest sum of a word; -Infinity where there is no word. */
export function largestWord({ language, values, stride, query }: WordTerms, flops?: Flops): number {
  const { start, runs } = language;
  const top = (run: Run, i: number) => {
    let largest = -Infinity;
    for (let t = run.from; t < run.to; t++) {
      const value = values[i * stride + t];
      // A NaN stands for anything.
      if (!(value <= largest)) largest = value === value ? value : Infinity;
    }
    if (flops) flops.total += run.to - run.from;
    return largest;
  };
  const tops = runs.map((position, i) => position.map((run) => top(run, i)));
  const best = bestFrom(language, tops, (a, b) => up(a + b));
  return best[0][start] === -Infinity ? -Infinity : up(query + best[0][start]);
}

/** The largest sums from each position and state to the end; `tops` are those of each run. */
function bestFrom(
  { accepts, runs }: Language,
  tops: readonly number[][],
  add: (a: number, b: number) => number,
): number[][] {
  const best = [
    ...runs.map(() => accepts.map(() => -Infinity)),
    accepts.map((x) => x ? 0 : -Infinity),
  ];
  for (let i = runs.length - 1; i >= 0; i--) {
    runs[i].forEach(({ next }, n) => {
      next.forEach((to, state) => {
        if (to < 0 || best[i + 1][to] === -Infinity) return;
        best[i][state] = Math.max(best[i][state], add(tops[i][n], best[i + 1][to]));
      });
    });
  }
  return best;
}

/** At least as many words as can reach query + sum >= 0 (`upper`), or at most as many as certainly do. */
export function countWords(
  terms: WordTerms,
  D: number,
  { upper, flops }: { upper: boolean; flops?: Flops },
): number {
  const { language, stride } = terms;
  const { start, accepts, runs } = language;
  const giveUp = upper ? stride ** runs.length : 0;
  const grid = coordinates(terms, D, upper);
  if (!grid) return giveUp;
  const best = bestFrom(language, grid.tops, (a, b) => a + b);
  if (best[0][start] === -Infinity) return 0;
  const need = Math.ceil(upper ? down(-grid.base / D) : up(-grid.base / D));
  const budget = best[0][start] - need;
  if (budget < 0) return 0;
  if (!(Math.abs(need) < MAX_COORDINATE && budget < MAX_BUDGET)) return giveUp;
  const count = follow(language, { ...grid, best, budget, flops });
  // Positive terms: each rounding on the longest path moves the count by 2^-53 of itself; taken twice.
  const exact = stride ** runs.length < 2 ** 52;
  const slack = exact ? 0 : (runs.length * (accepts.length * stride + 3) + budget) * 2 ** -52;
  return count * (upper ? 1 + slack : 1 - slack);
}

/** By position and run: the largest k, and how often each deficit to it occurs. */
interface Coordinates {
  tops: number[][];
  steps: Map<number, number>[][];
  /** query + the offsets. */
  base: number;
}

function coordinates(
  { language: { runs }, values, stride, query }: WordTerms,
  D: number,
  upper: boolean,
): Coordinates | undefined {
  if (!(D > 0 && D < Infinity)) return undefined;
  const round = upper ? up : down, whole = upper ? Math.ceil : Math.floor;
  const grid: Coordinates = { tops: [], steps: [], base: query };
  for (const [i, position] of runs.entries()) {
    // Most values are near 0: an offset among them leaves those unrounded.
    let offset = upper ? -Infinity : Infinity;
    for (const { from, to } of position) {
      for (let at = i * stride + from; at < i * stride + to; at++) {
        if (!(Math.abs(values[at]) < D / 2)) continue;
        offset = upper ? Math.max(offset, values[at]) : Math.min(offset, values[at]);
      }
    }
    if (!Number.isFinite(offset)) offset = 0;
    grid.base = round(grid.base + offset);
    const k = (t: number) => {
      const value = values[i * stride + t];
      if (value === offset) return 0;
      const n = whole(round(round(value - offset) / D));
      // Far below every threshold, and downwards not there at all.
      return n < -MAX_COORDINATE ? upper ? -MAX_COORDINATE : -Infinity : n;
    };
    const rows = position.map(({ from, to }) =>
      Array.from({ length: to - from }, (_, n) => k(from + n))
    );
    const tops = rows.map((row) => row.reduce((a, b) => Math.max(a, b), -Infinity));
    if (!tops.every((top) => top === -Infinity ? !upper : Math.abs(top) <= MAX_COORDINATE)) {
      return undefined;
    }
    grid.tops.push(tops);
    grid.steps.push(rows.map((row, n) => tally(row, tops[n])));
  }
  return grid;
}

function tally(row: number[], top: number): Map<number, number> {
  const steps = new Map<number, number>();
  for (const k of row) if (k > -Infinity) steps.set(top - k, (steps.get(top - k) ?? 0) + 1);
  return steps;
}

/** Words with a total deficit of at most the budget, position by position. */
function follow(
  { start, accepts, runs }: Language,
  { tops, steps, best, budget, flops }: Coordinates & {
    best: number[][];
    budget: number;
    flops?: Flops;
  },
): number {
  const none = () => accepts.map((): Float64Array | undefined => undefined);
  let counts = none();
  counts[start] = new Float64Array(budget + 1);
  counts[start]![0] = 1;
  let total = 0;
  for (const [i, position] of runs.entries()) {
    const last = i === runs.length - 1, next = none();
    for (const [n, { next: leads }] of position.entries()) {
      counts.forEach((from, state) => {
        const to = leads[state];
        if (!from || to < 0 || best[i + 1][to] === -Infinity) return;
        const least = best[i][state] - tops[i][n] - best[i + 1][to];
        const into = last ? undefined : next[to] ??= new Float64Array(budget + 1);
        for (const [more, times] of steps[i][n]) {
          const end = budget - (least + more);
          if (end < 0) continue;
          if (flops) flops.total += 2 * (end + 1);
          if (into) {
            for (let s = 0, at = least + more; s <= end; s++, at++) into[at] += times * from[s];
          } else total += times * sumTo(from, end);
        }
      });
    }
    counts = next;
  }
  return total;
}

function sumTo(counts: Float64Array, end: number): number {
  let sum = 0;
  for (let s = 0; s <= end; s++) sum += counts[s];
  return sum;
}
