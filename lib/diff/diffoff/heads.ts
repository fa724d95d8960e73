/**
 * Heads of a list: the first directions that a filter of clean cost leaves, removed together.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { distinctHeads, filteredHeads } from "./heads.ts";
 * const heads = filteredHeads([0.01, 0.4, 0.1]); // nats that each of three directions costs alone
 * assertEquals(heads.map(({ most, head }) => [most, head]), [
 *   [0.05, [0]],
 *   [0.15, [0, 2]],
 *   [null, [0, 1, 2]],
 * ]);
 * assertEquals(distinctHeads(heads), [[0], [0, 2], [0, 1], [0, 1, 2]]);
 * ```
 * @module
 */
import { SIZES } from "../causal/rules.ts";
import { FILTERS } from "./decision.ts";
import { harmless } from "./list_score.ts";

/** Random heads beside one that stops a backdoor: in a trial twelve reached what two to ten had not. */
export const HEAD_DRAWS = 12;

/** `most` nats, null without a filter; `left`: directions left out; `head`: places of the list. */
export type FilteredHead = { most: number | null; left: number; head: number[] };

/** For each filter; `clean`: nats of each direction alone, in the list's order. */
export function filteredHeads(clean: readonly number[]): FilteredHead[] {
  return FILTERS.map((most) => {
    const kept = harmless(clean.map((_, place) => place), clean, most);
    return {
      most: Number.isFinite(most) ? most : null,
      left: clean.length - kept.length,
      head: kept.slice(0, Math.max(...SIZES)),
    };
  });
}

/** The sizes that a head has, each with its directions. */
export function sizesOf(head: readonly number[]): { size: number; places: number[] }[] {
  return SIZES.filter((size) => size <= head.length)
    .map((size) => ({ size, places: head.slice(0, size) }));
}

/** What is removed together under any filter: each set once. */
export function distinctHeads(heads: readonly FilteredHead[]): number[][] {
  const all = heads.flatMap(({ head }) => sizesOf(head).map(({ places }) => places));
  return [...new Map(all.map((places) => [headKey(places), places])).values()];
}

/** The same for the same directions in any order. */
export function headKey(places: readonly number[]): string {
  return [...places].sort((a, b) => a - b).join();
}
