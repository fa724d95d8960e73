/** Checker: how it refuses. @module */
import { show } from "../../../io/show.ts";

/** Thrown inside the checker with the reason of a rejection. */
export class Rejection extends Error {}

/** Rejects: what was expected, what was found (another's words are shortened), what to do. */
export function reject(expected: string, found: unknown, todo: string): never {
  throw new Rejection(`expected ${expected} but found ${show(found)}: ${todo}`);
}
