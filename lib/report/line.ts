/**
 * Lines "paper / ours / difference": made from numbers, shown in the terminal, report.md,
 * report.html.
 *
 * @module
 */
import { type Count, percentOf, wilsonInterval } from "../numerics/counts.ts";

/**
 * A published value, and where it stands. `count` of `of` where the counts are published: `value`
 * is then their percentage. `sd`: over the paper's seeds.
 */
export type Published = {
  value: number;
  sd?: number;
  count?: number;
  of?: number;
  source: string;
};

/**
 * One compared number. `ours` is absent where there was nothing to count (0 of 0), `paper` where
 * nothing is published. `base`: the same rate outside the group. `interval`: 95 %.
 */
export type Line = {
  name: string;
  paper?: number;
  paperCount?: Count;
  ours?: number;
  count?: Count;
  base?: Count;
  interval?: [number, number];
  difference?: number;
  unit?: "%";
  digits: number;
  note: string;
};

/** What a line is compared with. */
export type Compared = { paper?: Published; note?: string };

/** A measured number. Throws when it is not finite: a report holds none such. */
export function numberLine(
  name: string,
  ours: number,
  { paper, note, digits = 2, unit, interval }:
    & Compared
    & Pick<Partial<Line>, "digits" | "unit" | "interval"> = {},
): Line {
  if (!Number.isFinite(ours)) {
    throw new Error(
      `Cannot report ${name}: expected a finite number but found ${ours}: look at what measured it`,
    );
  }
  return { name, ...compare(ours, paper), interval, unit, digits, note: noteOf(note, paper) };
}

/** A counted share in percent, with its Wilson interval and the rate to hold it against. */
export function shareLine(
  name: string,
  count: Count,
  { paper, note, base }: Compared & { base?: Count } = {},
): Line {
  return {
    name,
    ...compare(percentOf(count), paper),
    count,
    base,
    interval: count.of > 0 ? wilsonInterval(count) : undefined,
    unit: "%",
    digits: 0,
    note: noteOf(note, paper),
  };
}

/** The heads of lineCells(). */
export const LINE_HEADS = ["", "paper", "ours", "difference", "others", "note"];

/** A line as cells of text. */
export function lineCells(line: Line): string[] {
  const { name, paper, paperCount, ours, count, base, interval, difference, note } = line;
  const number = (value: number) => formatNumber(value, line);
  const between = interval && `95 % interval ${interval.map(number).join(" to ")}`;
  return [
    name,
    paper === undefined ? "–" : number(paper) + counts(paperCount),
    (ours === undefined ? "none" : number(ours)) + counts(count),
    difference === undefined ? "–" : formatDifference(difference, line),
    base === undefined ? "" : shareText(base),
    [between, note].filter(Boolean).join("; "),
  ];
}

/** `53 % (20 of 38)`, or `none (0 of 0)`. */
export function shareText(count: Count): string {
  const value = percentOf(count);
  const percent = value === undefined ? "none" : formatNumber(value, { unit: "%", digits: 0 });
  return percent + counts(count);
}

/**
 * A number with its unit, by default with two digits, a real minus and no minus before 0; percentages
 * below 10 keep one digit more, so that 2.3 % stays 2.3 %.
 */
export function formatNumber(
  value: number,
  { unit, digits = 2 }: Partial<Pick<Line, "unit" | "digits">> = {},
): string {
  const fixed = (places: number) =>
    value.toFixed(places).replace(/^-(?=[0.]*$)/, "").replace("-", "−");
  if (unit !== "%") return fixed(digits);
  const few = Math.abs(value) < 10 && value % 1 !== 0;
  return `${fixed(digits + (few ? 1 : 0))} %`;
}

/** The lines as aligned text, for the terminal: without notes. */
export function formatLines(lines: readonly Line[]): string {
  const rows = [LINE_HEADS, ...lines.map(lineCells)].map((cells) => cells.slice(0, 5));
  const widths = rows[0].map((_, i) =>
    rows.reduce((most, cells) => Math.max(most, cells[i].length), 0)
  );
  const align = (cells: string[]) =>
    cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ");
  return rows.map((cells) => align(cells).trimEnd()).join("\n");
}

function compare(ours: number | undefined, paper: Published | undefined) {
  return {
    paper: paper?.value,
    paperCount: paper?.count !== undefined && paper.of !== undefined
      ? { count: paper.count, of: paper.of }
      : undefined,
    ours,
    difference: ours !== undefined && paper !== undefined ? ours - paper.value : undefined,
  };
}

function noteOf(note: string | undefined, paper: Published | undefined): string {
  return [note, paper && `paper: ${paper.source}`].filter(Boolean).join("; ");
}

function counts(count: Count | undefined): string {
  return count === undefined ? "" : ` (${count.count} of ${count.of})`;
}

function formatDifference(difference: number, line: Line): string {
  const size = formatNumber(Math.abs(difference), line);
  const sign = !/[1-9]/.test(size) ? "±" : difference < 0 ? "−" : "+";
  return sign + (line.unit === "%" ? size.replace(" %", " points") : size);
}
