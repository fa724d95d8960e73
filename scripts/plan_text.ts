/** Tables and durations of a plan. @module */
import { type PlannedWork, predictSeconds, type Rates } from "../lib/tensor/rates.ts";
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

/** Rows of text, one a piece of work and one for the whole; `assumed`: operations a second of another device. */
export function planTable(
  stages: PlannedWork[],
  { rates, assumed }: { rates: Rates; assumed?: number },
): string[] {
  const total = stages.reduce((sum, stage) => ({
    name: "together",
    steps: sum.steps + stage.steps,
    flops: sum.flops + stage.flops,
    bytes: sum.bytes + stage.bytes,
    memory: Math.max(sum.memory, stage.memory),
    launches: sum.launches + stage.launches,
  }));
  const header = [
    "stage",
    "steps",
    "TFLOP",
    "GB moved",
    "GPU MB",
    "time here",
    ...(assumed ? ["assumed"] : []),
  ];
  const rows = [...stages, total].map((stage) => [
    stage.name,
    String(stage.steps),
    (stage.flops / 1e12).toPrecision(4),
    (stage.bytes / 1e9).toFixed(0),
    (stage.memory / 1e6).toFixed(0),
    duration(predictSeconds(stage, rates)),
    ...(assumed ? [duration(stage.flops / assumed)] : []),
  ]);
  return alignRows([header, ...rows]);
}

/** What measureRates() found, in a line. */
export function ratesText(key: string, { flops, bytes, launches }: Rates): string {
  return `${key}: products ${(flops / 1e9).toFixed(1)} GFLOP/s, kernels ` +
    `${(bytes / 1e9).toFixed(1)} GB/s, ${
      (launches / 1000).toFixed(0)
    } thousand launches/s (measured now)`;
}
