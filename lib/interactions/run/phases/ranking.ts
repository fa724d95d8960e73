/**
 * Phase `ranking`: which pairs of latents interact most at the MLPs of ft1, how concentrated that is,
 * what null dictionaries show, and what the lists consist of.
 * @module
 */
import { tokenText, type Vocabulary } from "../../../data/vocabulary.ts";
import { stream } from "../../../numerics/random.ts";
import { clusterTrials } from "../../ranking/cluster_trial.ts";
import { hubs, relativeHubs } from "../../ranking/hubs.ts";
import { listed, rankedPairs, type RankedText, summed, twinShares } from "../../ranking/lists.ts";
import { denseLatents, type Firing, topWords } from "../../ranking/overlap.ts";
import { halfMeans, rankText } from "../../ranking/rank_text.ts";
import { type ScoredBlock, scoreText } from "../../ranking/score_text.ts";
import { topOf } from "../../ranking/top.ts";
import { curveAmong, curveOf, versionsOf } from "../../ranking/versions.ts";
import type { Phase } from "../phase.ts";
import { readPairTable } from "../pair_tables.ts";
import { pairs } from "./pairs.ts";
import { choicesOf } from "./ranking_choices.ts";
import { otherDictionaries } from "./ranking_dictionaries.ts";
import { type Hub, type PairListing, RANKING, type Ranking } from "./ranking_form.ts";

/** Rows of a list that are kept, hubs, and clusters with their words. */
const KEPT = 30, HUBS = 20, CLUSTERS = 12, MEMBERS = 8;

/** The rankings of one run. */
export const ranking: Phase<Ranking> = {
  name: "ranking",
  title: "ranking of pairs, nulls, clusters",
  format: 1,
  needs: [pairs],
  models: ["ft1", "second", "relu"],
  coders: [{ coder: "mlp", seeds: "all" }, "jumprelu", "relu", "second"],
  settings: ({ ranking, seeds }) => ({ ranking, seeds }),
  form: RANKING,
  async make({ sources, settings: { ranking: sizes }, of }) {
    const { least, top, sequences, nullSequences, every } = sizes, { vocabulary } = sources.data;
    const model = await sources.model("ft1"), coder = await sources.coder("mlp");
    const text = sources.text("metric", sequences), short = text.slice(0, nullSequences);
    const random = stream(sources.seed, "ranking"), scores = await of(pairs);
    const scored = await scoreText(model, coder, { text, metrics: ["removal"], main: true });
    const ranked = rankText(scored, "removal"), { firing } = scored;
    const [{ statistics: { count } }] = ranked.blocks;
    const dense = denseLatents(firing), halves = halfMeans(scored, "removal");
    const candidates = topOf(count, count.length, (p) => count[p] >= least);
    if (candidates.length === 0) {
      throw new RangeError(
        `Cannot rank pairs: expected pairs that meet at ${least} tokens but found none among the ` +
          `${count.length} that meet at all: rank a longer text, or take a denser dictionary`,
      );
    }
    const versions = await versionsOf(model, coder, { text: short, random, every });
    const latents = [...dense.keys()].filter((latent) => !dense[latent]);
    const clusters = clusterTrials(halves, { latents, random: random.stream("clusters") });
    const lists = listings(ranked, { least, top, dense });
    const found = hubRows(ranked, scored.blocks, firing);
    const named = new Set([
      ...lists.flatMap(({ pairs }) => pairs.flatMap(({ i, j }) => [i, j])),
      ...found.map(({ latent }) => latent),
      ...clusters.clusters.slice(0, CLUSTERS).flatMap(({ exemplar, members }) => [
        exemplar,
        ...members,
      ]),
    ]);
    return {
      tokens: scored.tokens,
      d_sae: coder.config.d_sae,
      dense: [...dense.keys()].filter((latent) => dense[latent]),
      words: wordsOf(named, firing, vocabulary),
      pairs: count.length,
      candidates: candidates.length,
      counts: curveOf(count),
      blocks: ranked.blocks.map(({ layer, statistics: { S_mean, S_co } }) => ({
        layer,
        curve: curveOf(S_mean),
        among: curveAmong(S_co, count, least),
      })),
      versions,
      twins: twinShares(ranked.overlaps, candidates),
      lists,
      hubs: found,
      clusters: {
        ...clusters,
        sizes: clusters.clusters.map(({ members }) => members.length),
        clusters: clusters.clusters.slice(0, CLUSTERS).map(({ exemplar, members }) => ({
          exemplar,
          members: members.slice(0, MEMBERS),
        })),
      },
      choices: choicesOf(await readPairTable(scores.folder, { coder: "mlp", number: 0 }), {
        ranked,
        halves,
        least,
        top,
        blocks: scored.blocks,
      }),
      dictionaries: await otherDictionaries(sources, scores, { text: short, top, every }),
    };
  },
};

/** By S_mean and by S_co: all pairs, those without dense latents, and those without twins either. */
function listings(
  ranked: RankedText,
  { least, top, dense }: { least: number; top: number; dense: Uint8Array },
): PairListing[] {
  return (["S_mean", "S_co"] as const).flatMap((by) =>
    [[true, true], [false, true], [false, false]].map(([common, twins]) => {
      const places = listed(ranked, { n: top, by, least, twins, ...(!common && { dense }) });
      return {
        by,
        dense: common,
        twins,
        of: places.length,
        shares: twinShares(ranked.overlaps, places),
        pairs: rankedPairs(ranked, places.slice(0, KEPT)),
      };
    })
  );
}

function hubRows(
  ranked: RankedText,
  blocks: readonly ScoredBlock<"removal">[],
  { fires, tokens }: Firing,
): Hub[] {
  const sums = hubs(ranked.pairs, summed(ranked, "S_mean"));
  const main = sums.map((_, latent) =>
    blocks.reduce((sum, { main }) => sum + main!.mean[latent] * main!.count[latent], 0) / tokens
  );
  const relative = relativeHubs(sums, main);
  return topOf(sums, HUBS).map((latent) => ({
    latent,
    hub: sums[latent],
    relative: relative[latent],
    rate: fires[latent] / tokens,
  }));
}

function wordsOf(
  latents: Iterable<number>,
  firing: Firing,
  vocabulary: Vocabulary,
): Record<string, string> {
  const words = topWords(firing);
  const known = [...latents].sort((a, b) => a - b).filter((latent) => words[latent] !== undefined);
  return Object.fromEntries(
    known.map((latent) => [latent, tokenText(vocabulary, words[latent]!)]),
  );
}
