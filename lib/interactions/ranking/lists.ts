/**
 * Top lists of pairs, each pair with what tells whether it is one feature twice.
 * @module
 */
import { type Overlaps, TWINS } from "./overlap.ts";
import type { LatentPairs, PairStatistics } from "./statistics.ts";
import { topOf } from "./top.ts";

/**
 * A pair in a list. S_mean and S_co are summed over blocks, `layer` is the one with the largest
 * S_mean and has S_max; overlaps as in overlap.ts.
 */
export type RankedPair = {
  i: number;
  j: number;
  layer: number;
  count: number;
  S_mean: number;
  S_co: number;
  S_max: number;
  ofRarer: number;
  jaccard: number;
  words: number;
};

/** The pairs of one text: at every block the same ones, with as many instances. */
export type RankedText = {
  pairs: LatentPairs;
  overlaps: Overlaps;
  blocks: { layer: number; statistics: PairStatistics }[];
};

/** A statistic of every pair summed over the blocks, [pairs]. */
export function summed(
  { blocks }: Pick<RankedText, "blocks">,
  name: "S_mean" | "S_co",
): Float64Array {
  const sum = new Float64Array(blocks[0].statistics[name].length);
  for (const { statistics } of blocks) statistics[name].forEach((value, p) => sum[p] += value);
  return sum;
}

/** Which pairs a list may have: met at least so often, of no dense latent, of no twins. */
export type ListOptions = {
  n: number;
  by: "S_mean" | "S_co";
  least: number;
  dense?: Uint8Array;
  twins?: boolean;
};

/** Whether most of what fires either latent of a pair fires the other: by words, or by tokens. */
function areTwins({ words, ofRarer }: Overlaps, p: number): boolean {
  return words[p] > TWINS || ofRarer[p] > TWINS;
}

/** Numbers of the pairs of a list, the first one first. `dense` [d_sae] and `twins: false` leave out. */
export function listed(
  text: RankedText,
  { n, by, least, dense, twins = true }: ListOptions,
): number[] {
  const { pairs: { i, j }, overlaps, blocks: [{ statistics: { count } }] } = text;
  return topOf(
    summed(text, by),
    n,
    (p) =>
      count[p] >= least && !dense?.[i[p]] && !dense?.[j[p]] && (twins || !areTwins(overlaps, p)),
  );
}

/** Rows of those pairs. */
export function rankedPairs(text: RankedText, places: readonly number[]): RankedPair[] {
  const { pairs, overlaps, blocks } = text;
  const [mean, co] = [summed(text, "S_mean"), summed(text, "S_co")];
  return places.map((p) => {
    const strongest = blocks.reduce((most, block) =>
      block.statistics.S_mean[p] > most.statistics.S_mean[p] ? block : most
    );
    return {
      i: pairs.i[p],
      j: pairs.j[p],
      layer: strongest.layer,
      count: strongest.statistics.count[p],
      S_mean: mean[p],
      S_co: co[p],
      S_max: strongest.statistics.S_max[p],
      ofRarer: overlaps.ofRarer[p],
      jaccard: overlaps.jaccard[p],
      words: overlaps.words[p],
    };
  });
}

/** How many of the pairs are twins by each overlap, as shares. */
export function twinShares(
  overlaps: Overlaps,
  places: readonly number[],
): Record<keyof Overlaps, number> {
  const share = (values: Float64Array) =>
    places.filter((p) => values[p] > TWINS).length / Math.max(1, places.length);
  const { ofRarer, jaccard, words } = overlaps;
  return { ofRarer: share(ofRarer), jaccard: share(jaccard), words: share(words) };
}
