/**
 * The system `interactions`: how features act together through the nonlinearities of the stage-wise
 * models, held against ablation, and put to use.
 * @module
 */
import { openCorpus } from "../../lib/data/corpus.ts";
import { prepareData } from "../../lib/diff/run/data.ts";
import { stagewiseSettings } from "../../lib/diff/settings/presets.ts";
import { runInteractions } from "../../lib/interactions/run/pipeline.ts";
import { interactionsSettings } from "../../lib/interactions/run/presets.ts";
import { type InteractionsResults, readInteractions } from "../../lib/interactions/run/results.ts";
import { tune } from "../../lib/tensor/tune.ts";
import type { System } from "../system.ts";
import { cardsPage } from "./cards_page.ts";
import { FIGURES } from "./figures/mod.ts";
import { prepareOwn } from "./own.ts";
import { HEADLINES } from "./headlines.ts";
import { plan } from "./plan.ts";
import { section } from "./section.ts";
import { tableRows } from "./table.ts";

export const interactions: System<InteractionsResults> = {
  id: "interactions",
  title: "Feature interactions",
  writes: ["interactions/results.json"],
  corpus: "stories",
  async prepare({ preset, corpus: path, seed, folder, cacheDir, progress }) {
    const stagewise = stagewiseSettings(preset, { grammar: path === undefined });
    const settings = interactionsSettings(preset);
    const corpus = await openCorpus(path, {
      seed,
      n: stagewise.records,
      test: stagewise.heldOut,
      onNote: progress.onNote,
      onProgress: progress.onProgress,
    });
    const data = prepareData(corpus, stagewise, { seed });
    const { onPhase, onLog, onDamaged } = progress;
    const made = { corpus, settings, stagewise, preset, seed, folder, cacheDir };
    return async (gpu) => {
      await tune(gpu, { cacheDir, onDamaged });
      await runInteractions(gpu, { ...made, onPhase, onLog, onDamaged }, data);
    };
  },
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
