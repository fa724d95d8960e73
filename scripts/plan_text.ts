/** Tables and durations of a plan. @module */
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
