/**
 * For error messages: which of the known names did the user mean?
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nearestNames } from "./nearest.ts";
 * assertEquals(nearestNames("W_dce", ["b_dec", "W_dec", "threshold"], 1), ["W_dec"]);
 * ```
 * @module
 */

/** Characters of a name that are compared: what a file holds may be as long as the file. */
const LONGEST = 200;

/** The `n` known names at the smallest edit distance from `name`, nearest first, ties by order. */
export function nearestNames(name: string, known: Iterable<string>, n = 3): string[] {
  const compared = name.slice(0, LONGEST);
  return [...known]
    .map((candidate) => ({ candidate, distance: editDistance(compared, candidate) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, n)
    .map(({ candidate }) => candidate);
}

/** The nearest known name where it is no more than a slip away: most of its characters are there. */
export function likelyName(name: string, known: Iterable<string>): string | undefined {
  const [nearest] = nearestNames(name, known, 1);
  if (nearest === undefined) return undefined;
  const length = Math.max(name.length, nearest.length);
  return editDistance(name.slice(0, LONGEST), nearest) < 0.6 * length ? nearest : undefined;
}

/**
 * The least number of insertions, deletions and replacements that turn `a` into `b` (Levenshtein).
 */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
