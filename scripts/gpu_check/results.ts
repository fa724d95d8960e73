/** What a check of an adapter leaves. @module */

/** One thing that was found. Times are in seconds, rates in FLOP/s or B/s. */
export type Row = {
  /** Rows of one group stand together, under its name. */
  group?: string;
  name: string;
  predicted?: number;
  measured?: number;
  unit?: "s" | "FLOP/s" | "B/s";
  /** What was found where it is no number. */
  text?: string;
  note?: string;
  /** One of very many: for programs, not for readers. */
  detail?: boolean;
};

/** The group of the rows that say which implementations answer, and the word for those that do. */
export const OPENED = "opened", ANSWERS = "yes";

/** `failed`: with an error; `stopped`: at its time limit; `left out`: not begun. */
export type PartState = "running" | "done" | "failed" | "stopped" | "left out";

/** A part of a check: its rows stand whatever its state is. */
export type PartResult = {
  name: string;
  title: string;
  state: PartState;
  reason?: string;
  seconds: number;
  rows: Row[];
};

/** All of it, as gpu-check.json holds it. */
export type Check = { minutes: number; deno: string; parts: PartResult[] };

/** A part that was not begun. */
export function leftOut({ name, title }: { name: string; title: string }, reason: string) {
  return { name, title, state: "left out", reason, seconds: 0, rows: [] } as PartResult;
}
