/**
 * interactions-cards (I6): which pairs interact most, and are they two ideas or one twice?
 *
 *   deno task figures interactions-cards
 *
 * The page of cards, interactions/cards.html, has their contexts and four points.
 *
 * @module
 */
import type { Card } from "../../../lib/interactions/run/phases/cards.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import type { Drawing, Figure } from "../../system.ts";
import { clusterLines, hubLines, twinLines } from "../lines/ranking.ts";
import { kindOf, nameOf } from "../pair_words.ts";

const TITLE = "Pairs that interact most";

/** Draws both lists as tables. */
export const cards: Figure<InteractionsResults> = {
  id: "interactions-cards",
  title: TITLE,
  caption:
    "First pairs by S_mean of the removal metric, summed over blocks, each latent named after the token with most of its " +
    "activation. AND: at least 65 % of the strength lies in neurons that gain from both, inhibition: at most 35 %; " +
    "interactions/cards.html shows their contexts.",
  draw({ cards: { cards }, ranking }) {
    const list = (name: Card["lists"][number]) => cards.filter(({ lists }) => lists.includes(name));
    const table = (rows: readonly Card[], title: string) =>
      tableFigure([HEAD, ...rows.map(rowOf)], { title });
    const distinct = list("without twins");
    const without: Drawing[] = distinct.length === 0 ? [] : [{
      suffix: "no-twins",
      caption: "The same without twins and dense latents.",
      spec: table(distinct, `${TITLE}, without twins and dense latents`),
    }];
    const all = { spec: table(list("all"), `${TITLE}, twins and dense latents included`) };
    return {
      spec: [all, ...without],
      lines: [...twinLines(ranking), ...hubLines(ranking), ...clusterLines(ranking)],
    };
  },
  numbers: "Twins, hubs and clusters",
};

const HEAD = [
  "latents",
  "block",
  "S_mean",
  "S_co",
  "tokens",
  "of rarer",
  "of words",
  "positive",
  "steady",
  "kind",
];

function rowOf(card: Card): string[] {
  const { layer, S_mean, S_co, count, ofRarer, words, positive, steady } = card;
  return [
    `${nameOf(card, 0)} × ${nameOf(card, 1)}`,
    `${layer}`,
    S_mean.toPrecision(3),
    S_co.toPrecision(3),
    `${count}`,
    ofRarer.toFixed(2),
    words.toFixed(2),
    positive.toFixed(2),
    steady.toFixed(2),
    kindOf(card),
  ];
}
