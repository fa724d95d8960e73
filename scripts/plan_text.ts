/** Tables and durations of a plan. @module */
import type { Seconds } from "../lib/gpu/card_time.ts";
import type { PlannedWork, Rates } from "../lib/tensor/rates.ts";
import { largest } from "../lib/numerics/numbers.ts";

/** Rows of cells as lines: the first column to the left, all others to the right. */
export function alignRows(rows: string[][]): string[] {
  const widths = rows[0].map((_, i) => largest(rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ")
  );
}

/** Seconds as a person says them. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  if (seconds < 7200) return `${(seconds / 60).toFixed(1)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** "3.0 min", or "3.0 min .. 5.0 min" where it is a range. */
export function range({ low, high }: Seconds): string {
  return low === high ? duration(low) : `${duration(low)} .. ${duration(high)}`;
}

/** Both ends added up. */
export function total(times: readonly Seconds[]): Seconds {
  const start = { low: 0, high: 0 };
  return times.reduce(
    (sum, { low, high }) => ({ low: sum.low + low, high: sum.high + high }),
    start,
  );
}

/**
 * Rows of text, one a piece of work and one for the whole; `title` heads the times; `assumed`:
 * operations a second of another device.
 */
export function planTable(
  phases: PlannedWork[],
  { title, seconds, assumed }: {
    title: string;
    seconds: (work: PlannedWork) => Seconds;
    assumed?: number;
  },
): string[] {
  const times = phases.map(seconds);
  const together = phases.reduce((sum, phase) => ({
    name: "together",
    steps: sum.steps + phase.steps,
    flops: sum.flops + phase.flops,
    bytes: sum.bytes + phase.bytes,
    memory: Math.max(sum.memory, phase.memory),
    launches: sum.launches + phase.launches,
    waits: sum.waits + phase.waits,
  }));
  const header = [
    "phase",
    "steps",
    "TFLOP",
    "GB moved",
    "GPU MB",
    title,
    ...(assumed ? ["assumed"] : []),
  ];
  const rows = [...phases, together].map((phase, i) => [
    phase.name,
    String(phase.steps),
    (phase.flops / 1e12).toPrecision(4),
    (phase.bytes / 1e9).toFixed(0),
    (phase.memory / 1e6).toFixed(0),
    range(i < times.length ? times[i] : total(times)),
    ...(assumed ? [duration(phase.flops / assumed)] : []),
  ]);
  return alignRows([header, ...rows]);
}

/** What measureRates() found, in a line. */
export function ratesText(key: string, { flops, bytes, launches, waits }: Rates): string {
  return `${key}: products ${(flops / 1e9).toFixed(1)} GFLOP/s, kernels ` +
    `${(bytes / 1e9).toFixed(1)} GB/s, ${(launches / 1000).toFixed(0)} thousand launches/s, ${
      (1000 / waits).toPrecision(2)
    } ms a read (measured now)`;
}
