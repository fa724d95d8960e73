/** The table of the crosscoders of runs side by side: a row a recipe, three columns a run. @module */
import { COMPARED, middleLevel } from "../../lib/crosscoder/run/presets.ts";
import { type CrosscodersResults, ofLevel } from "../../lib/crosscoder/run/results.ts";
import { spread } from "../../lib/numerics/statistics.ts";
import { percents, plantedOf, pm, share, words } from "./words.ts";

/**
 * Held-out FVU at the middle level; recall and precision of planted features at a cosine of 0.9.
 */
export function tableRows(runs: readonly CrosscodersResults[]): string[][] {
  const heads = runs.flatMap(({ seed }) => {
    const of = runs.length > 1 ? `, seed ${seed}` : "";
    return [`FVU at L0${of}`, `planted: found at 0.9${of}`, `planted: right at 0.9${of}`];
  });
  const rows = [...COMPARED, "random" as const].map((recipe) => [
    words(recipe),
    ...runs.flatMap((run) => {
      const planted = plantedOf(run, recipe);
      return [
        recipe === "random" ? "–" : fvuCell(run, recipe),
        percents(planted.map(({ recall }) => share(recall["0.9"]))),
        percents(planted.map(({ precision }) => share(precision["0.9"]))),
      ];
    }),
  ]);
  return [["", ...heads], ...rows];
}

function fvuCell(
  { coders, settings }: CrosscodersResults,
  recipe: typeof COMPARED[number],
): string {
  const level = middleLevel(settings.levels[recipe]);
  const seeds = ofLevel(coders, { recipe, level, settings });
  const L0 = spread(seeds.map(({ L0 }) => L0)).mean;
  return `${pm(spread(seeds.map(({ FVU }) => FVU)))} at ${L0.toFixed(1)}`;
}
