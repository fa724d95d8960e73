/** Numbers of the ranking, line by line, and how its parts are called. @module */
import type { Version } from "../../../lib/interactions/ranking/versions.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { type Line, numberLine, shareLine } from "../../../lib/report/line.ts";
import { PAPER } from "../paper.ts";

type Ranking = InteractionsResults["ranking"];

/** Versions of a dictionary as figures call them. */
export const VERSION_WORDS: Record<Version, string> = {
  model: "dictionary and error node",
  dictionary: "dictionary",
  shuffled: "decoders shuffled over latents",
  random: "random directions",
  covariance: "random, covariance of the data",
};

/** The mean of some numbers. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const OVERLAPS = {
  words: "more than half of their activation on the same words",
  ofRarer: "both on more than half of the rarer latent's tokens",
  jaccard: "both on more than half of the tokens of either",
} as const;

/** How many of the top pairs are one feature twice, by each overlap. */
export function twinLines({ lists, twins, candidates }: Ranking): Line[] {
  const kinds = Object.keys(OVERLAPS) as (keyof typeof OVERLAPS)[];
  return kinds.flatMap((kind) =>
    lists.filter(({ twins }) => twins).map(({ by, dense, of, shares }) =>
      shareLine(
        `twins of the first ${of} by ${by}${dense ? "" : ", no dense latents"}: ${OVERLAPS[kind]}`,
        { count: Math.round(shares[kind] * of), of },
        { base: { count: Math.round(twins[kind] * candidates), of: candidates } },
      )
    )
  );
}

/** The latents whose pairs add up to most. */
export function hubLines({ hubs, words, dense }: Ranking): Line[] {
  return hubs.slice(0, 10).map(({ latent, hub, relative, rate }) =>
    numberLine(`hub ${latent} “${words[latent]}”: Σ S_mean`, hub, {
      note: `${relative.toFixed(2)} for each unit of its main effect; fires on ${
        Math.round(100 * rate)
      } % of the tokens${dense.includes(latent) ? ", dense" : ""}`,
    })
  );
}

const MADE = { S: "interaction", count: "co-activation counts" } as const;

/** Clusters, and how often a held-out member is told from strangers. */
export function clusterLines({ clusters, words, d_sae }: Ranking): Line[] {
  const { sizes, others, trials, converged, clusters: largest } = clusters;
  const text = largest.slice(0, 6).map(({ members }) =>
    members.slice(0, 4).map((latent) => words[latent]).join(" |")
  );
  return [
    numberLine("clusters", sizes.length, {
      digits: 0,
      paper: PAPER.clusters.count,
      note: `of ${d_sae} latents, dense ones left out (paper: 1,536); sizes ${sizes[0]} to ${
        sizes.at(-1)
      }; ${others.count} of counts in place of interaction, ${others.raw} of scores not relative to hubs${
        converged ? "" : "; messages had not settled"
      }; the largest: ${text.join(" ;")}`,
    }),
    ...trials.map(({ made, asked, trials, right }) =>
      shareLine(`held-out member of clusters by ${MADE[made]}, told by ${MADE[asked]}`, {
        count: right,
        of: trials,
      }, {
        ...(made === "S" && asked === "S" && { paper: PAPER.clusters.heldOut }),
        note:
          "chance 20 %; told by mean score on the other half of the text, while in the paper a language model " +
          "judges descriptions; members are drawn with replacement, several of one cluster, so that the interval is too narrow",
      })
    ),
  ];
}
