/**
 * A part of the work for each of several processes or machines.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shardOf } from "./shard.ts";
 * const hours = [3, 1, 1, 1];
 * const parts = [1, 2].map((index) => shardOf(hours, { index, of: 2 }, (each) => each));
 * assertEquals(parts, [[3], [1, 1, 1]]);
 * ```
 * @module
 */
import { exactly, expectForm, whole } from "./form.ts";

/** Part `index`, from 1, of `of` parts. */
export type Shard = { index: number; of: number };

/**
 * The items of one part: a run of neighbours of about the same weight as every other part's, off by half of
 * its first and of its last item at most. Items that stand next to each other share what they are made
 * from, so two parts have little in common. Throws where there is no such part.
 */
export function shardOf<T>(
  items: readonly T[],
  shard: Shard,
  weight: (item: T) => number = () => 1,
): T[] {
  const form = exactly({ index: whole(1, Math.max(1, shard?.of)), of: whole(1) });
  const { index, of } = expectForm("take a shard", shard, form, "count shards from 1, as in 2/4");
  const weights = items.map(weight), all = weights.reduce((sum, own) => sum + own, 0);
  let before = 0;
  return items.filter((_, i) => {
    const middle = before + weights[i] / 2;
    before += weights[i];
    return Math.min(of, Math.floor(of * middle / all || 0) + 1) === index;
  });
}
