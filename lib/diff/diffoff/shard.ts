/** A part of the work for each of several processes or machines. @module */
import { exactly, expectForm, whole } from "../../io/form.ts";

/** Part `index`, from 1, of `of` parts. */
export type Shard = { index: number; of: number };

/**
 * The items of one part: a run of neighbours, and parts differ by one item at most. Items that stand
 * next to each other share what they are made from, so two parts have little in common. Throws where
 * there is no such part.
 */
export function shardOf<T>(items: readonly T[], shard: Shard): T[] {
  const form = exactly({ index: whole(1, Math.max(1, shard?.of)), of: whole(1) });
  const { index, of } = expectForm("take a shard", shard, form, "count shards from 1, as in 2/4");
  const edge = (i: number) => Math.round(i * items.length / of);
  return items.slice(edge(index - 1), edge(index));
}
