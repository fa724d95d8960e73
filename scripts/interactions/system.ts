/**
 * The system `interactions`: how features act together through the nonlinearities of the stage-wise
 * models, held against ablation, and put to use.
 * @module
 */
import { type InteractionsResults, readInteractions } from "../../lib/interactions/run/results.ts";
import type { System } from "../system.ts";
import { cardsPage } from "./cards_page.ts";
import { FIGURES } from "./figures/mod.ts";
import { prepareOwn } from "./own.ts";
import { HEADLINES } from "./headlines.ts";
import { plan } from "./plan.ts";
import { section } from "./section.ts";
import { tableRows } from "./table.ts";
import { prepare, tasks } from "./tasks.ts";

export const interactions: System<InteractionsResults> = {
  id: "interactions",
  title: "Feature interactions",
  writes: ["interactions/results.json"],
  corpus: "stories",
  prepare,
  tasks,
  prepareOwn: (options) => prepareOwn(interactions, options),
  read: readInteractions,
  plan,
  about({ preset, seed, corpus, adapter, settings }) {
    return { preset, seed, corpus, adapter, settings };
  },
  figures: FIGURES,
  files: (run) => ({ "interactions/cards.html": cardsPage(run.cards, aboutCards(run)) }),
  section,
  tableRows,
  headlines: HEADLINES,
};

function aboutCards({ preset, seed, corpus, adapter, ranking }: InteractionsResults): string {
  return `Preset ${preset}, seed ${seed}, corpus ${corpus}, adapter ${adapter}: ${
    ranking.tokens.toLocaleString("en-US")
  } ` +
    `tokens of stories that the dictionary did not see; first by S_mean summed over blocks among all pairs, then ` +
    "among those without twins and dense latents.";
}
