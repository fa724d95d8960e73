/** A scored text as rankings: of the whole, of parts of it. @module */
import { type GatheredPairs, gatherPairs, placesIn } from "./gather.ts";
import type { RankedText } from "./lists.ts";
import { pairOverlaps } from "./overlap.ts";
import type { ScoredText } from "./score_text.ts";
import type { LatentPairs, PairStatistics } from "./statistics.ts";

/** The pairs that meet in a text, by one of its scores. */
export function rankText<Metric extends string>(
  { blocks, firing }: ScoredText<Metric>,
  metric: Metric,
): RankedText {
  const gathered = blocks.map(({ parts }) => gatherPairs(parts, [metric]));
  const [{ pairs, statistics }] = gathered as [GatheredPairs<Metric>];
  return {
    pairs,
    overlaps: pairOverlaps(pairs, statistics[metric].count, firing),
    blocks: gathered.map((found, at) => ({
      layer: blocks[at].layer,
      statistics: found.statistics[metric],
    })),
  };
}

/** S_mean summed over blocks in the first and the second half of the parts, each with its pairs. */
export function halfMeans<Metric extends string>(
  { blocks }: ScoredText<Metric>,
  metric: Metric,
): { pairs: LatentPairs; S: Float64Array; count: Uint32Array }[] {
  const middle = Math.ceil(blocks[0].parts.length / 2);
  return [[0, middle], [middle, blocks[0].parts.length]].map(([from, to]) => {
    const gathered = blocks.map(({ parts }) => gatherPairs(parts.slice(from, to), [metric]));
    const all: PairStatistics[] = gathered.map(({ statistics }) => statistics[metric]);
    const S = all[0].S_mean.map((_, p) => all.reduce((sum, { S_mean }) => sum + S_mean[p], 0));
    return { pairs: gathered[0].pairs, S, count: all[0].count };
  });
}

/** Values of `list` for the pairs of `wanted`, 0 where it does not have them. */
export function valuesFor(
  wanted: LatentPairs,
  { pairs, S }: { pairs: LatentPairs; S: ArrayLike<number> },
): Float64Array {
  return Float64Array.from(placesIn(wanted, pairs), (at) => at < 0 ? 0 : S[at]);
}
