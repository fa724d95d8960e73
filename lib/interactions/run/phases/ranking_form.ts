/** What the phase `ranking` leaves. @module */
import { everyField, flag, having, list, number, oneOf, text, whole } from "../../../io/form.ts";
import type { Form } from "../../../io/form.ts";
import type { Choice } from "../../ranking/choices.ts";
import type { ClusterTrial, ClusterTrials } from "../../ranking/cluster_trial.ts";
import type { Cluster } from "../../ranking/clusters.ts";
import type { RankedPair } from "../../ranking/lists.ts";
import type { Overlaps } from "../../ranking/overlap.ts";
import { type Curve, type VersionBlock, VERSIONS } from "../../ranking/versions.ts";
import { CODER_NAMES, type CoderName } from "../names.ts";

/** Shares of pairs whose overlap makes them twins, by kind of overlap. */
export type TwinShares = Record<keyof Overlaps, number>;

/**
 * The first pairs by a statistic summed over blocks, with or without `dense` latents and `twins`.
 * `shares` are of the first `of`.
 */
export type PairListing = {
  by: "S_mean" | "S_co";
  dense: boolean;
  twins: boolean;
  of: number;
  shares: TwinShares;
  pairs: RankedPair[];
};

/** A latent whose pairs add up to much; `rate`: share of tokens on which it fires. */
export type Hub = { latent: number; hub: number; relative: number; rate: number };

/**
 * A dictionary: means over blocks, all but `twins`, which is of the top pairs by words. `candidates` of
 * the `pairs` that met did so often; `needed` of the candidates hold 80 % of S_mean.
 */
export type DictionaryRow = {
  coder: CoderName;
  number: number;
  L0: number;
  pairs: number;
  candidates: number;
  fraction: number;
  share: number;
  bound: number;
  needed: number;
  twins: number;
};

/**
 * `words`: the word with most of a latent's activation, by latent. `pairs` met, `candidates` met
 * often enough for a list. Curves: of co-activation counts; by block of S_mean, and of S_co `among`
 * candidates. `versions` are of a shorter text.
 */
export type Ranking = {
  tokens: number;
  d_sae: number;
  dense: number[];
  words: Record<string, string>;
  pairs: number;
  candidates: number;
  counts: Curve;
  blocks: { layer: number; curve: Curve; among: Curve }[];
  versions: { blocks: VersionBlock[]; counts: Curve };
  twins: TwinShares;
  lists: PairListing[];
  hubs: Hub[];
  clusters: Omit<ClusterTrials, "clusters"> & { sizes: number[]; clusters: Cluster[] };
  choices: Choice[];
  dictionaries: DictionaryRow[];
};

const size = number({ least: 0 }), share = number({ least: 0, most: 1 });
const curve: Form<Curve> = having({ needed: share, first: share, held: list(share) });
const twins: Form<TwinShares> = having({ ofRarer: share, jaccard: share, words: share });
const excess = having({
  tokens: whole(1),
  fraction: size,
  cosine: number(),
  size,
  bound: size,
  share,
});
/** Fields of a ranked pair. */
export const PAIR = {
  i: whole(),
  j: whole(),
  layer: whole(),
  count: whole(),
  S_mean: size,
  S_co: size,
  S_max: size,
  ofRarer: share,
  jaccard: share,
  words: number({ least: 0, most: 1.001 }), // a sum of shares
};
const pair: Form<RankedPair> = having(PAIR);
const trial: Form<ClusterTrial> = having({
  made: oneOf(["S", "count"]),
  asked: oneOf(["S", "count"]),
  clusters: whole(),
  trials: whole(),
  right: whole(),
});
const choice: Form<Choice> = having({
  choice: text,
  variant: text,
  spearman: number({ least: -1.001, most: 1.001 }),
  common: share,
});
const dictionary: Form<DictionaryRow> = having({
  coder: oneOf(CODER_NAMES),
  number: whole(),
  L0: size,
  pairs: whole(),
  candidates: whole(),
  fraction: size,
  share,
  bound: size,
  needed: share,
  twins: share,
});

/** Its form. */
export const RANKING: Form<Ranking> = having({
  tokens: whole(1),
  d_sae: whole(1),
  dense: list(whole()),
  words: everyField(text),
  pairs: whole(1),
  candidates: whole(),
  counts: curve,
  blocks: list(having({ layer: whole(), curve, among: curve }), { least: 1 }),
  versions: having({
    blocks: list(having({ version: oneOf(VERSIONS), layer: whole(), excess, curve }), { least: 1 }),
    counts: curve,
  }),
  twins,
  lists: list(
    having({
      by: oneOf(["S_mean", "S_co"]),
      dense: flag,
      twins: flag,
      of: whole(),
      shares: twins,
      pairs: list(pair),
    }),
  ),
  hubs: list(having({ latent: whole(), hub: size, relative: size, rate: share })),
  clusters: having({
    converged: flag,
    others: having({ count: whole(), raw: whole() }),
    sizes: list(whole(1)),
    clusters: list(having({ exemplar: whole(), members: list(whole()) })),
    trials: list(trial),
  }),
  choices: list(choice),
  dictionaries: list(dictionary),
});
