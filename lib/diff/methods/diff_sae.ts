/**
 * A sparse autoencoder of differences: BatchTopK on δ, what the other model's activations have that
 * the base's have not, the same tokens, all sites stacked (arXiv 2605.07324; Bussmann et al. 2024,
 * arXiv 2412.06410, for BatchTopK). Latents are ranked by what they add to δ in raw units:
 *
 *   diff-sae           the most that they add to one token of the other model's text
 *   diff-sae-energy    the mean of its square
 *   diff-sae-clean     the same on what both know, learnt there too
 *
 * What a latent writes into the difference is what an edit takes away from the other model's stream where
 * it fires: `read` sees it in both models.
 * @module
 */
import { ONE_MODEL } from "../../crosscoder/sites.ts";
import { coderCost, passCost, total } from "./cost.ts";
import { dictionaryFolder } from "./dictionary.ts";
import { differenceFeed } from "./difference_feed.ts";
import { differenceBatches, differingHooks } from "./differences.ts";
import { latentsBy } from "./directions.ts";
import { type LatentSums, latentSums } from "./latent_sums.ts";
import type { Dictionary, Rows } from "./learnt.ts";
import { loadedOnce } from "./loaded.ts";
import { makeMethod } from "./make_method.ts";
import type { Method } from "./method.ts";
import { readerOf, type RowsOf } from "./read_latents.ts";
import { whereFiring } from "./firing.ts";

export const diffSae = byDifferences("diff-sae", "Diff-SAE, largest", {
  text: "other",
  score: ({ largest }) => largest,
});
export const diffSaeEnergy = byDifferences("diff-sae-energy", "Diff-SAE, energy", {
  text: "other",
  score: ({ energy }) => energy,
});
export const diffSaeClean = byDifferences("diff-sae-clean", "Diff-SAE, energy, clean text", {
  text: "base",
  score: ({ energy }) => energy,
});

const DICTIONARY: Dictionary = { name: "diff-sae", recipe: "batchtopk" };

function byDifferences(
  name: string,
  title: string,
  { text, score }: { text: "base" | "other"; score: (sums: LatentSums) => number[] },
): Method {
  return makeMethod({
    trains: [{ kind: "differences", name: "differences", text }],
    lists: "latents",
    name,
    title,
    source: "arXiv 2605.07324",
    needs: text === "other" ? ["other text"] : [],
    find: async (pair, options) => {
      const { settings, action } = options, { d_sae } = settings;
      const known = pair.text[text].slice(0, settings.sequences);
      const { hooks, d_in, read } = await differingHooks(action, pair, known);
      const sites = hooks.map((hook) => ({ model: ONE_MODEL, hook }));
      const rows: Rows = {
        ...{ name: `differences-${text}`, text, sideBySide: false, sites, d_in },
        feed: (sequences, drawing) => differenceFeed(pair, sequences, { hooks, ...drawing }),
      };
      const rowsOf: RowsOf = (sequences) => differenceBatches(pair, hooks, sequences);
      const folder = await dictionaryFolder([DICTIONARY], rows, { pair, options });
      const found = await loadedOnce(pair, folder, (coder) => ({
        coder,
        read: readerOf(coder, rowsOf),
      }));
      const measured = pair.text[text].slice(0, settings.measured);
      const sums = await latentSums(pair.base.gpu, found.coder, rowsOf(measured));
      const size = { n_sites: hooks.length, d_in, d_sae };
      const training = { ...settings.cross, poolSequences: settings.S.poolSequences };
      return {
        ...found,
        ...latentsBy(whereFiring(sums, score(sums))),
        cost: total([
          passCost(pair, { sequences: read, models: 2 }), // which sites differ
          coderCost(pair, { training, sequences: known.length, size, models: 2 }),
          passCost(pair, { sequences: measured.length, models: 2, encoded: size }),
        ]),
      };
    },
  });
}
