/** Peaks of a histogram from 0 to 1. @module */
import { ENOUGH } from "./predictions.ts";

/** Bars of the histogram in which peaks are looked for. */
const BARS = 20;

/** How many values from 0 to 1 lie in each bar. */
export function barsOf(values: readonly number[]): number[] {
  const bars = new Array<number>(BARS).fill(0);
  for (const value of values) bars[Math.min(BARS - 1, Math.floor(value * BARS))]++;
  return bars;
}

/** The middle of a bar. */
export function middleOf(bar: number): number {
  return (bar + 0.5) / BARS;
}

/** Bars that are higher than those beside them and hold ten values at least. */
export function peaksOf(bars: readonly number[]): number[] {
  return [...bars.keys()].filter((bar) =>
    bars[bar] >= ENOUGH && bars[bar] > (bars[bar - 1] ?? 0) && bars[bar] > (bars[bar + 1] ?? 0)
  );
}
