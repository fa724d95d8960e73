/**
 * The runs that README.md's table is made of: what it shows of their summaries, with where they come
 * from. They are kept in runs.json beside this file, so that the table can be made again from the
 * checkout alone.
 *
 * @module
 */
import { readJson, writeJson } from "../../lib/io/files.ts";
import {
  anything,
  everyField,
  exactly,
  expectForm,
  flag,
  integer,
  list,
  maybe,
  number,
  oneOf,
  text,
  whole,
} from "../../lib/io/form.ts";
import type { Verdict } from "../../lib/report/finding.ts";
import type { Line } from "../../lib/report/line.ts";

/** In the order of the table. */
export const VERDICTS: readonly Verdict[] = [
  "not replicated",
  "in part",
  "undecided",
  "replicated",
];

/** One system in one run. */
export type Run = {
  system: string;
  preset: string;
  corpus?: string;
  seeds: number[];
  adapter: string;
  /** The checkout that made it. */
  commit: string;
  command: string;
  /** What it was read from. */
  from: string;
  /** Whether `claims` are all that the run judged, or those that are known. */
  whole: boolean;
  settings?: unknown;
  /** Claims that nobody published, where a system tells them apart. */
  own?: string[];
  /** Verdicts by claim. */
  claims: Record<string, Verdict>;
  /** By name, those that the table shows. */
  lines: Record<string, RunLine>;
};

/** A line of summary.json without its note. */
export type RunLine = Pick<Line, "paper" | "ours" | "count" | "unit" | "digits">;

/** Its form. */
export const LINE = {
  paper: maybe(number()),
  ours: maybe(number()),
  count: maybe(exactly({ count: whole(), of: whole() })),
  unit: maybe(oneOf(["%"])),
  digits: whole(),
};

const RUN = exactly({
  ...{ system: text, preset: text, corpus: maybe(text), seeds: list(integer, { least: 1 }) },
  ...{ adapter: text, commit: text, command: text, from: text, whole: flag },
  settings: maybe(anything),
  own: maybe(list(text)),
  claims: everyField(oneOf(VERDICTS)),
  lines: everyField(exactly(LINE)),
});

export async function readRuns(path: string): Promise<Run[]> {
  const todo = "restore it from git, or gather runs again by deno task readme DIR...";
  return expectForm(`read ${path}`, await readJson(path), list(RUN), todo);
}

export async function writeRuns(path: string, runs: readonly Run[]): Promise<void> {
  await writeJson(path, runs);
}
