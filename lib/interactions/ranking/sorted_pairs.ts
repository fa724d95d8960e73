/** Pairs from anywhere as a list that instances can be listed by. @module */
import type { PairList } from "../pairs/instances.ts";

type Two = { i: number; j: number };

/** A name of a pair. */
export function pairKey({ i, j }: Two): string {
  return `${i} ${j}`;
}

/** The pairs, each different, i < j, sorted; `order` [pairs]: where each stood before. */
export function sortedPairs(
  pairs: readonly Two[],
  d_sae: number,
): { pairs: PairList; order: number[] } {
  const order = [...pairs.keys()].sort((a, b) =>
    pairs[a].i - pairs[b].i || pairs[a].j - pairs[b].j
  );
  const take = (name: "i" | "j") => Uint32Array.from(order, (at) => pairs[at][name]);
  return { pairs: { d_sae, i: take("i"), j: take("j") }, order };
}
