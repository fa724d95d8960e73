/**
 * How many steps a training submits between two looks at its log: as many as take 0.15 s. A look
 * waits for all of them, and so does who interrupts a training: a fixed number would be too few of
 * short steps and too many of long ones. Wall time decides when rows are told, never what stands in
 * them.
 * @module
 */
import { LOG_ROWS } from "./training.ts";

/** Seconds between two looks, and the steps before the first, which measure a step. */
const SECONDS = 0.15, FIRST = 8;

/** Two runs of steps are under way at once, and the log has rows for both. */
const MOST = LOG_ROWS / 2;

export type Pace = {
  /** Steps to submit next. */
  next: () => number;
  /** So many steps are done since this was last called. */
  done: (count: number) => void;
};

/**
 * `every`: that many steps each time, whatever they take. A step's time is that of the last two looks
 * together, since of two runs that are under way the second may be done when the first is told.
 */
export function createPace(every?: number): Pace {
  let count = Math.min(every ?? FIRST, MOST);
  let before = { start: performance.now(), steps: 0 }, last = performance.now();
  return {
    next: () => count,
    done(steps) {
      const now = performance.now(), each = (now - before.start) / 1000 / (before.steps + steps);
      before = { start: last, steps };
      last = now;
      if (every === undefined) count = Math.max(1, Math.min(MOST, Math.round(SECONDS / each)));
    },
  };
}
