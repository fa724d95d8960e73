/**
 * How much memory was touched since a range was touched last: what tells whether a cache still has it.
 * @module
 */

/** A range of a buffer, in bytes. */
export type Range = { buffer: object; start: number; end: number };

type Touched = Range & {
  /** Bytes that had been touched before. */
  at: number;
};

/** Beyond as many bytes nothing is remembered: no cache is as large. */
const FORGOTTEN = 2 ** 28;

/** Remembers the ranges of a device's dispatches. */
export type Recency = { touch: (ranges: readonly Range[]) => number[] };

/**
 * `touch` notes that one dispatch touches these ranges, and returns for each how many bytes were touched
 * from its last time on, that time and this dispatch counted; Infinity where not all of it was.
 */
export function createRecency(): Recency {
  let touched: Touched[] = [], total = 0;
  return {
    touch(ranges) {
      const own = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
      const since = ranges.map((range) => total + own - firstOf(touched, range));
      for (const range of ranges) {
        touched = touched.flatMap((other) => cut(other, range));
        touched.push({ ...range, at: total });
      }
      total += own;
      touched = touched.filter(({ at }) => total - at < FORGOTTEN);
      return since;
    },
  };
}

/** When the part of a range that was touched longest ago was, −Infinity where some never was. */
function firstOf(touched: readonly Touched[], { buffer, start, end }: Range): number {
  let covered = 0, first = Infinity;
  for (const other of touched) {
    const common = Math.min(end, other.end) - Math.max(start, other.start);
    if (other.buffer !== buffer || common <= 0) continue;
    covered += common;
    first = Math.min(first, other.at);
  }
  return covered === end - start ? first : -Infinity;
}

/** What is left of a range without another. */
function cut(range: Touched, without: Range): Touched[] {
  if (range.buffer !== without.buffer) return [range];
  const before = { ...range, end: Math.min(range.end, without.start) };
  const after = { ...range, start: Math.max(range.start, without.end) };
  if (before.end === range.end || after.start === range.start) return [range]; // apart
  return [before, after].filter(({ start, end }) => end > start);
}
