/**
 * proofs-ablations (P11): which tables does the model need? Accuracy with each of the 32 subsets
 * set to zero.
 *
 *   deno task figures proofs-ablations
 *
 * EQKE and EQKP here are with the mean position in the keys and what is left of the positions; EVOU
 * and PVOU are raw.
 *
 * @module
 */
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import type { ModelResult } from "../../../lib/proofs/run/results.ts";
import { spread } from "../../../lib/numerics/statistics.ts";
import { SUBSETS } from "../../../lib/proofs/analysis/ablations.ts";
import { ablatedAccuracies } from "../../../lib/proofs/run/model_numbers.ts";
import { ablationLines, publishedAblation, subsetName } from "../lines/story.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { familyPanels } from "./common.ts";

const TITLE = "Accuracy with tables set to zero";
const SERIES = ["here", "paper"];

/** Draws the ablations of a run. */
export const ablations: Figure<ProofsResults> = {
  id: "proofs-ablations",
  title: TITLE,
  caption: "Accuracy with each subset of the five tables set to zero.",
  draw(run) {
    const spec = intervalDots(
      familyPanels(run, (models, title) => ({ title, dots: dotsOf(models) })),
      {
        title: TITLE,
        subtitle: [
          "Rows: the tables that are zero. Dots: means over models, lines: least and greatest. Drawn sequences; ties are wrong.",
          "The model works without EU, EQKP and PVOU, and only with EQKE (attends to the maximum) and EVOU (copies it).",
        ],
        xTitle: "accuracy",
        series: SERIES,
        domain: [0, 1],
        step: 22,
      },
    );
    return { spec, lines: ablationLines(run) };
  },
};

function dotsOf(models: readonly ModelResult[]): IntervalDot[] {
  return SUBSETS.flatMap((subset) => {
    const row = subsetName(subset);
    const { mean, min, max } = spread(ablatedAccuracies(models, subset));
    const published = publishedAblation(models[0], subset);
    return [
      { row, series: SERIES[0], value: mean, low: min, high: max },
      ...(published ? [{ row, series: SERIES[1], value: published.value }] : []),
    ];
  });
}
