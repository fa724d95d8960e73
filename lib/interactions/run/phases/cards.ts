/**
 * Phase `cards`: the pairs at the head of the ranking by S_mean, with and without twins, and the
 * largest clusters, as cards for readers.
 * @module
 */
import { contextsOf } from "../../../diff/stored/contexts.ts";
import type { Texts } from "../../../diff/stored/top_tokens.ts";
import { flag, having, list, number, oneOf, text, whole } from "../../../io/form.ts";
import type { RankedPair } from "../../ranking/lists.ts";
import { type PairEvidence, pairEvidence, type Places } from "../../ranking/cards.ts";
import { latentPlaces } from "../../ranking/latent_places.ts";
import { pairKey, sortedPairs } from "../../ranking/sorted_pairs.ts";
import type { PairPoints } from "../../ranking/pair_points.ts";
import type { Phase } from "../phase.ts";
import { ranking } from "./ranking.ts";
import { PAIR, type PairListing } from "./ranking_form.ts";

/** A token in its text, and how strong it is. */
export type Shown = { value: number; before: string; token: string; after: string };

/**
 * A pair with its evidence. `lists`: "all" pairs, or those "without twins", that it is in; `names`: the
 * word with most of each latent's activation; `dense`: whether each fires on more than a tenth of
 * the tokens.
 */
export type Card = RankedPair & {
  lists: ("all" | "without twins")[];
  names: string[];
  dense: boolean[];
  positive: number;
  steady: number;
  points: PairPoints;
  onlyI: Shown[];
  onlyJ: Shown[];
  together: Shown[];
};

/** A cluster's size, and where its exemplar and some other members are strongest. */
export type ClusterCard = {
  size: number;
  members: { latent: number; name: string; places: Shown[] }[];
};

/** Cards of pairs and of clusters. */
export type Cards = { cards: Card[]; clusters: ClusterCard[] };

const shown = list(having({ value: number(), before: text, token: text, after: text }));
const point = having({ norm: number({ least: 0 }), along: number() });
const CARD = having({
  ...PAIR,
  lists: list(oneOf(["all", "without twins"]), { least: 1 }),
  names: list(text, { length: 2 }),
  dense: list(flag, { length: 2 }),
  positive: number({ least: 0, most: 1 }),
  steady: number({ least: 0, most: 1.001 }),
  points: having({ both: point, onlyI: point, onlyJ: point, neither: point }),
  onlyI: shown,
  onlyJ: shown,
  together: shown,
});

const CLUSTER = having({
  size: whole(1),
  members: list(having({ latent: whole(), name: text, places: shown }), { least: 1 }),
});

/** Members of a cluster that are shown, and contexts of each. */
const MEMBERS = 5, MEMBER_PLACES = 2;

/** Contexts of each kind, tokens around them, and instances that the sign is told from. */
const PLACES = 4, BEFORE = 12, AFTER = 5, TOKENS = 64;

/** The cards of one run. */
export const cards: Phase<Cards> = {
  name: "cards",
  title: "cards of pairs",
  format: 2,
  needs: [ranking],
  models: ["ft1"],
  coders: ["mlp"],
  settings: ({ ranking: { sequences, cards } }) => ({ sequences, cards }),
  form: having({ cards: list(CARD), clusters: list(CLUSTER) }),
  async make({ sources, settings: { ranking: { sequences, cards } }, of }) {
    const { result: { lists, words, dense, clusters } } = await of(ranking);
    const chosen = new Map<string, RankedPair & { lists: Card["lists"] }>();
    for (const { twins, pairs } of lists.filter(isShown)) {
      const name = twins ? "all" : "without twins";
      for (const pair of pairs.slice(0, cards)) {
        const found = chosen.get(pairKey(pair));
        chosen.set(pairKey(pair), { ...pair, lists: [...found?.lists ?? [], name] });
      }
    }
    const rows = [...chosen.values()];
    const read = sources.text("metric", sequences);
    const model = await sources.model("ft1"), coder = await sources.coder("mlp");
    const { pairs, order } = sortedPairs(rows, coder.config.d_sae);
    const evidence = await pairEvidence(model, coder, {
      pairs,
      layers: order.map((row) => rows[row].layer),
      text: read,
      places: PLACES,
      tokens: TOKENS,
    });
    const texts = { sequences: read, vocabulary: sources.data.vocabulary };
    const isDense = new Set(dense);
    const made = rows.map((row, at) => ({
      ...row,
      names: [row.i, row.j].map((latent) => words[latent]),
      dense: [row.i, row.j].map((latent) => isDense.has(latent)),
      ...evidenceOf(evidence[order.indexOf(at)], texts),
    }));
    const shownMembers = clusters.clusters.map(({ exemplar, members }) =>
      [exemplar, ...members.filter((latent) => latent !== exemplar)].slice(0, MEMBERS)
    );
    const latents = shownMembers.flat();
    const places = await latentPlaces(model, coder, { latents, text: read, places: MEMBER_PLACES });
    const clusterCards = shownMembers.map((members, at) => ({
      size: clusters.sizes[at],
      members: members.map((latent) => ({
        latent,
        name: words[latent],
        places: placesShown(places.get(latent)!, texts),
      })),
    }));
    return { cards: made, clusters: clusterCards };
  },
};

/** All pairs, and those without twins and dense latents. */
function isShown({ by, dense, twins }: PairListing): boolean {
  return by === "S_mean" && dense === twins;
}

function evidenceOf(
  { alone, together, ...rest }: PairEvidence,
  texts: Texts,
): Omit<Card, keyof RankedPair | "lists" | "names" | "dense"> {
  const shownAt = (places: Places) => placesShown(places, texts);
  return {
    ...rest,
    onlyI: shownAt(alone.i),
    onlyJ: shownAt(alone.j),
    together: shownAt(together),
  };
}

function placesShown(places: Places, texts: Texts): Shown[] {
  const pos = texts.sequences[0].length;
  const found = places.map(({ value, item }) => ({
    activation: value,
    example: Math.floor(item / pos),
    position: item % pos,
  }));
  const around = { n: places.length, before: BEFORE, after: AFTER };
  return contextsOf(found, texts, around).map(({ activation, before, token, after }) => ({
    value: activation,
    before,
    token,
    after,
  }));
}
