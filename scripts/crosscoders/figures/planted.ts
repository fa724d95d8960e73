/**
 * crosscoders-planted: which of the planted features does each recipe find, beside frozen and
 * random dictionaries?
 *
 *   deno task figures crosscoders-planted
 *
 * Recall: planted features whose latent, paired one to one, has a decoder vector at the cosine or
 * above. Precision: such latents of those that fire. Beside them the explained variance on fresh
 * rows. Means over seeds, from the lowest to the highest.
 *
 * @module
 */
import { COMPARED } from "../../../lib/crosscoder/run/presets.ts";
import {
  type CrosscodersResults,
  type PlantedResult,
  type Threshold,
  THRESHOLDS,
} from "../../../lib/crosscoder/run/results.ts";
import { spread } from "../../../lib/numerics/statistics.ts";
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import type { Figure } from "../../system.ts";
import { plantedLines } from "../lines.ts";
import { plantedOf, share, words } from "../words.ts";

const TITLE = "Planted features that are found";

const SERIES = ["recall", "precision", "explained variance"];

/** Draws recall, precision and explained variance of every recipe. */
export const planted: Figure<CrosscodersResults> = {
  id: "crosscoders-planted",
  title: TITLE,
  caption:
    "Shares of the planted features that a recipe finds, of its living latents that are one, and of " +
    "the variance that it explains: means over the seeds, with lines from the lowest to the highest. A dead " +
    "latent that points the way of a feature counts as found. Recipes do not fire equally many latents a row.",
  draw(run) {
    const { task, training: { steps, batch } } = run.settings.planted;
    const spec = intervalDots(
      THRESHOLDS.map((threshold) => ({
        title: `decoder cosine of at least ${threshold}`,
        dots: [...COMPARED, "random" as const].flatMap((recipe) => dots(run, recipe, threshold)),
      })),
      {
        title: TITLE,
        subtitle: [
          `${task.n_features} features in ${task.n_sites} sites of ${task.d_in} numbers, ${task.L0} of them on ` +
          `a row; ${(steps * batch).toLocaleString("en-US")} rows.`,
          `Recipes fire ${latentsText(run)} latents a row.`,
        ],
        xTitle: "share",
        series: SERIES,
        domain: [0, 1],
        width: 340,
      },
    );
    return { spec, lines: plantedLines(run) };
  },
};

/** The least and the largest mean L0 of a recipe, in words. */
function latentsText(run: CrosscodersResults): string {
  const found = COMPARED.map((recipe) => {
    const { mean } = spread(plantedOf(run, recipe).flatMap(({ L0 }) => L0 ?? []));
    return { mean, text: `${mean.toFixed(1)} (${words(recipe)})` };
  }).toSorted((a, b) => a.mean - b.mean);
  return `${found[0].text} to ${found.at(-1)!.text}`;
}

function dots(
  run: CrosscodersResults,
  recipe: PlantedResult["recipe"],
  threshold: Threshold,
): IntervalDot[] {
  const seeds = plantedOf(run, recipe);
  const explained = seeds.flatMap(({ FVU }) => FVU === undefined ? [] : [Math.max(0, 1 - FVU)]);
  const values = [
    seeds.map(({ recall }) => share(recall[threshold])),
    seeds.map(({ precision }) => share(precision[threshold])),
    explained,
  ];
  return values.flatMap((values, i) => {
    if (values.length === 0) return [];
    const { mean, min, max } = spread(values);
    return [{ row: words(recipe), series: SERIES[i], value: mean, low: min, high: max }];
  });
}
