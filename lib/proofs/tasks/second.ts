/**
 * The task "second": which token is the second largest, copies counted? Of 5, 7, 2 it is 5, of 7, 7,
 * 2 it is 7.
 *
 * A sequence has the answer s where one token is above s and at least one is s, or none is above and
 * at least two are s: an automaton over below, equal and above.
 * @module
 */
import { type Language, runsOf } from "./language.ts";
import type { Task, TaskSizes } from "./task.ts";

/** What was seen so far: nothing from s on, s once, s twice or more, one above, one above and s. */
const NOTHING = 0, ONCE = 1, TWICE = 2, ABOVE = 3, BOTH = 4, DEAD = -1;

const BELOW = [NOTHING, ONCE, TWICE, ABOVE, BOTH];
const EQUAL = [ONCE, TWICE, TWICE, BOTH, BOTH];
const LARGER = [ABOVE, BOTH, BOTH, DEAD, DEAD];
const ACCEPTS = [false, false, true, false, true];

export const second: Task = {
  name: "second",
  title: "the second largest token, copies counted",
  answer: (tokens) => tokens.toSorted((a, b) => b - a)[1],
  answers: (_, { v }) => Array.from({ length: v }, (_, s) => s),
  languages,
  near: (s, g, { v }) =>
    Array.from({ length: 2 * g - 1 }, (_, n) => s - g + 1 + n)
      .filter((x) => x !== s && x >= 0 && x < v),
  gaps: true,
  check() {},
};

function languages(q: number, s: number, { v, F }: TaskSizes): Language[] {
  const position = runsOf([
    { from: 0, to: s, next: BELOW },
    { from: s, to: s + 1, next: EQUAL },
    { from: s + 1, to: v, next: LARGER },
  ]);
  const start = q < s ? NOTHING : q === s ? ONCE : ABOVE;
  // With one free position, q below s leaves no word: the automaton says so.
  return [{ start, accepts: ACCEPTS, runs: Array.from({ length: F }, () => position) }];
}
