/** The strongest pairs without twins, with their contexts, as a table of the report. @module */
import type { Cards, Shown } from "../../lib/interactions/run/phases/cards.ts";
import type { Excerpt, ExcerptsBlock } from "../../lib/report/section.ts";
import { kindOf, nameOf } from "./pair_words.ts";

/** Contexts of each kind. */
const SHOWN = 2;

/** Nothing where every pair of the list is a twin. */
export function cardsBlock({ cards }: Pick<Cards, "cards">): ExcerptsBlock[] {
  const rows = cards.filter(({ lists }) => lists.includes("without twins")).map((card) => ({
    heading: `${nameOf(card, 0)} × ${nameOf(card, 1)}, block ${card.layer}, ${kindOf(card)}`,
    columns: {
      "first alone": excerpts(card.onlyI),
      "second alone": excerpts(card.onlyJ),
      both: excerpts(card.together),
    },
  }));
  if (rows.length === 0) return [];
  return [{
    kind: "excerpts",
    title: "Pairs that interact most, without twins",
    text:
      "Where each latent of a pair is strongest without the other, and where both together change the MLP's output " +
      "most beyond what each does. interactions/cards.html has more of them, with the four points.",
    what: "pair",
    none: "nowhere in this text",
    rows,
  }];
}

function excerpts(places: readonly Shown[]): Excerpt[] {
  return places.slice(0, SHOWN).map(({ before, token, after }) => ({ before, token, after }));
}
