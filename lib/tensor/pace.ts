/**
 * How many steps a training submits between two looks at its log: as many as take half a second.
 * A look waits for all of them, so a fixed number would be too few of short steps and too many of
 * long ones. Wall time decides when rows are told, never what stands in them.
 * @module
 */
import { LOG_ROWS } from "./training.ts";

/** Seconds between two looks, and the steps before the first, which measure a step. */
const SECONDS = 0.5, FIRST = 8;

/** Two runs of steps are under way at once, and the log has rows for both. */
const MOST = LOG_ROWS / 2;

export type Pace = {
  /** Steps to submit next. */
  next: () => number;
  /** So many steps are done since this was last called. */
  done: (count: number) => void;
};

/** `every`: that many steps each time, whatever they take. */
export function createPace(every?: number): Pace {
  let count = Math.min(every ?? FIRST, MOST), before = performance.now();
  return {
    next: () => count,
    done(steps) {
      const now = performance.now(), each = (now - before) / 1000 / steps;
      before = now;
      if (every === undefined) count = Math.max(1, Math.min(MOST, Math.round(SECONDS / each)));
    },
  };
}
