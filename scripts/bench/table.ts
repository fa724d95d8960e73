/** Rows of the bench and how they are printed. @module */
import type { Times } from "./measure.ts";

/**
 * What one line measured; `flop` and `bytes` are those of one run. Bytes count reads and writes.
 */
export type Row = Times & {
  group: string;
  name: string;
  flop?: number;
  bytes?: number;
  /**
   * Seconds that the line should stay below, by CPU time; `goalTimes` of its runs, where the goal
   * is for many.
   */
  goal?: number;
  goalTimes?: number;
  note?: string;
};

/**
 * The most that this adapter does, measured in the same run: by CPU time, as everything is compared
 * by it. `earlier`: the ceiling of older tables, which counts what compilers leave out.
 */
export type Limits = { flops: number; earlier: number; bytes: number };

/** One line with its rates and its share of the adapter's limit, of arithmetic in both measures. */
export function printRow(row: Row, limits: Limits): void {
  const { name, wall, cpu, flop, bytes, note } = row;
  const amount = flop ?? bytes;
  const unit = flop !== undefined ? "GFLOP/s" : bytes !== undefined ? "GB/s" : "";
  const limit = flop !== undefined ? limits.flops : limits.bytes;
  const rate = (seconds: number) => amount === undefined ? "" : (amount / seconds / 1e9).toFixed(1);
  const share = (of: number) =>
    amount === undefined ? "" : `${(100 * amount / cpu / of).toFixed(0)} %`;
  console.log(
    [
      `  ${name}`.padEnd(46),
      milliseconds(wall).padStart(9),
      milliseconds(cpu).padStart(9),
      rate(wall).padStart(8),
      rate(cpu).padStart(8),
      unit.padEnd(8),
      share(limit).padStart(5),
      (flop === undefined ? "" : share(limits.earlier)).padStart(6),
      [goalText(row), note].filter(Boolean).join("; "),
    ].join(" ").trimEnd(),
  );
}

/** "goal < 0.4 s", and whether it was missed. */
export function goalText({ cpu, goal, goalTimes = 1 }: Row): string {
  if (goal === undefined) return "";
  return `goal < ${goal} s${cpu * goalTimes < goal ? "" : ": MISSED"}`;
}

/** The heading above a group of lines. */
export function printGroup(title: string): void {
  console.log(`\n${title}`);
}

export function printHeader(): void {
  console.log(
    `\n${"".padEnd(46)} ${"ms wall".padStart(9)} ${"ms cpu".padStart(9)} ` +
      `${"by wall".padStart(8)} ${"by cpu".padStart(8)} ${"".padEnd(8)} ${"share".padStart(5)} ${
        "before".padStart(6)
      }`,
  );
}

/** What lies between the two shares of arithmetic. */
export function printFactor({ flops, earlier }: Limits): void {
  console.log(
    `  A share is of the first line; under "before" of the second, ${
      (earlier / flops).toFixed(2)
    } times as much, as in earlier tables and goals.`,
  );
}

function milliseconds(seconds: number): string {
  const ms = 1000 * seconds;
  return ms.toFixed(ms < 10 ? 3 : 1);
}
