/**
 * Scores of a text that is read in parts: kept by pair, so that the statistics of the parts are
 * those of the whole.
 * @module
 */
import { concatenated } from "../arrays.ts";
import { type LatentPairs, type PairedInstances, pairStatistics } from "./statistics.ts";
import type { PairStatistics } from "./statistics.ts";

/** What one part of a text gives: its instances, and by score one number an instance. */
export type ScoredPart<Name extends string> = {
  instances: PairedInstances;
  scores: Record<Name, ArrayLike<number>>;
  /** Tokens of the part, those without any pair as well. */
  tokens: number;
};

/** All pairs that some part met, and the statistics of every score. */
export type GatheredPairs<Name extends string> = {
  pairs: LatentPairs;
  tokens: number;
  statistics: Record<Name, PairStatistics>;
};

/**
 * The statistics of all parts together, of the scores that are named: those of one text with their
 * instances one behind the other. Throws on no part, on parts of unlike dictionaries, and on what
 * `pairStatistics` refuses.
 */
export function gatherPairs<Name extends string>(
  parts: readonly ScoredPart<Name>[],
  names: readonly Name[],
): GatheredPairs<Name> {
  const pairs = unionOfPairs(parts.map(({ instances }) => instances.pairs));
  const pair = concatenated(parts.map(({ instances }) => renumbered(instances, pairs)));
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  const statistics = names.map((name) => {
    const values = concatenated(parts.map(({ scores }) => Float32Array.from(scores[name])));
    return [name, pairStatistics(values, { pairs, pair }, { tokens })];
  });
  return { pairs, tokens, statistics: Object.fromEntries(statistics) };
}

/** Every pair of the lists once, sorted. Throws on no list, and on unlike d_sae. */
export function unionOfPairs(lists: readonly LatentPairs[]): LatentPairs {
  const sizes = [...new Set(lists.map(({ d_sae }) => d_sae))];
  if (sizes.length !== 1) {
    throw new RangeError(
      `Cannot unite pairs: expected lists of one dictionary but found d_sae ` +
        `${sizes.join(", ") || "of none"}: score at least one part, all with the same crosscoder`,
    );
  }
  const [d_sae] = sizes;
  const all = concatenated(lists.map((list) => keysOf(list))).sort();
  const keys = all.filter((key, at) => at === 0 || key !== all[at - 1]);
  return {
    d_sae,
    i: Uint32Array.from(keys, (k) => k / d_sae),
    j: Uint32Array.from(keys, (k) => k % d_sae),
  };
}

/**
 * The number of each pair in another list of the same dictionary, -1 where it is not in it: [pairs].
 */
export function placesIn(list: LatentPairs, other: LatentPairs): Int32Array {
  const keys = keysOf(list), all = keysOf(other);
  let at = 0; // both are sorted
  return Int32Array.from(keys, (key) => {
    while (at < all.length && all[at] < key) at++;
    return all[at] === key ? at : -1;
  });
}

function renumbered({ pairs, pair }: PairedInstances, all: LatentPairs): Uint32Array {
  const places = placesIn(pairs, all);
  return pair.map((own) => places[own]);
}

function keysOf({ d_sae, i, j }: LatentPairs): Float64Array {
  return Float64Array.from(i, (latent, at) => latent * d_sae + j[at]);
}
