/**
 * The largest numbers of a row.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { largestOf } from "./largest.ts";
 * assertEquals([...largestOf([1, 5, 3, 5], 3).ids], [1, 3, 2]);
 * ```
 * @module
 */

/** Where they stand, and what they are, falling. */
export type Largest = { ids: Uint32Array; values: Float32Array };

/** The k largest values, fewer where there are fewer; the smaller id first where two are equal. */
export function largestOf(row: ArrayLike<number>, k: number): Largest {
  const ids: number[] = [];
  for (let id = 0; id < row.length; id++) {
    if (ids.length === k && !(row[id] > row[ids[k - 1]])) continue;
    let at = ids.length;
    while (at > 0 && row[ids[at - 1]] < row[id]) at--;
    ids.splice(at, 0, id);
    if (ids.length > k) ids.pop();
  }
  return { ids: Uint32Array.from(ids), values: Float32Array.from(ids, (id) => row[id]) };
}
