/**
 * Statistics of pairs over a text of any length, part after part: the values themselves are not
 * kept, only of each pair the largest, as many as its 99 % quantile needs. The numbers are those of
 * pairStatistics of all values at once.
 * @module
 */
import { expectNumbers } from "../../numerics/numbers.ts";
import { quantileOfSorted } from "../../numerics/statistics.ts";
import type { PairStatistics } from "../ranking/statistics.ts";

const QUANTILE = 0.99;

/** Sums of pairs, and heaps of their largest values, smallest on top, in one array. */
export type RunningStatistics = {
  /** How many values each pair is to get, [pairs]. */
  count: Uint32Array;
  sum: Float64Array;
  start: Uint32Array;
  held: Uint32Array;
  heap: Float32Array;
};

/** Nothing added yet; `count` [pairs]: how many values each pair will get. */
export function runningStatistics(count: Uint32Array): RunningStatistics {
  const start = new Uint32Array(count.length + 1);
  count.forEach((n, pair) => start[pair + 1] = start[pair] + keptOf(n));
  return {
    count,
    sum: new Float64Array(count.length),
    start,
    held: new Uint32Array(count.length),
    heap: new Float32Array(start[count.length]),
  };
}

/** Of n values those from the place below the quantile on. */
function keptOf(n: number): number {
  return n === 0 ? 0 : n - Math.floor(QUANTILE * (n - 1));
}

/**
 * Adds values [instances], of scores that are never negative, each to its pair. Throws on values that
 * are not finite.
 */
export function addValues(
  { sum, start, held, heap }: RunningStatistics,
  values: Float32Array,
  pairs: Uint32Array,
): void {
  expectNumbers("take statistics of pairs", values);
  values.forEach((value, at) => {
    const pair = pairs[at], from = start[pair], room = start[pair + 1] - from;
    sum[pair] += value;
    if (held[pair] < room) rise(heap, from, held[pair]++, value);
    else if (room > 0 && value > heap[from]) sink(heap, from, room, value);
  });
}

/** A value into the free place at the end, and up past what is larger. */
function rise(heap: Float32Array, from: number, place: number, value: number): void {
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (heap[from + parent] <= value) break;
    heap[from + place] = heap[from + parent];
    place = parent;
  }
  heap[from + place] = value;
}

/** A value in place of the smallest, and down past what is smaller. */
function sink(heap: Float32Array, from: number, size: number, value: number): void {
  let place = 0;
  while (true) {
    let child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && heap[from + child + 1] < heap[from + child]) child++;
    if (heap[from + child] >= value) break;
    heap[from + place] = heap[from + child];
    place = child;
  }
  heap[from + place] = value;
}

/** The statistics of a text of so many tokens. Throws unless every pair got its count of values. */
export function statisticsOf(
  { count, sum, start, held, heap }: RunningStatistics,
  { tokens }: { tokens: number },
): PairStatistics {
  const n = count.length;
  const [S_mean, S_co, S_q99, S_max] = [0, 1, 2, 3].map(() => new Float64Array(n));
  for (let pair = 0; pair < n; pair++) {
    const kept = heap.subarray(start[pair], start[pair + 1]);
    if (held[pair] !== kept.length) {
      throw new RangeError(
        `Cannot take statistics of pairs: expected ${
          count[pair]
        } values of pair ${pair} but found ` +
          `${held[pair]}: add all parts of the text that was counted`,
      );
    }
    if (kept.length === 0) continue;
    kept.sort();
    S_mean[pair] = sum[pair] / tokens;
    S_co[pair] = sum[pair] / count[pair];
    S_max[pair] = kept[kept.length - 1];
    // The first two of what is kept stand around the quantile; its place among all values is known.
    const place = QUANTILE * (count[pair] - 1), part = place - Math.floor(place);
    S_q99[pair] = quantileOfSorted(kept.subarray(0, 2), part);
  }
  return { count, S_mean, S_co, S_q99, S_max };
}
