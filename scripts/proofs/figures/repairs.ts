/**
 * proofs-repairs (P14): what does each repair of the published proof cost or gain?
 *
 *   deno task figures proofs-repairs
 *
 * With the exact direct path's row ranges and mean_query+diff, for the exact attention scores and
 * for the peeled ones.
 *
 * @module
 */
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import type { ModelResult } from "../../../lib/proofs/run/results.ts";
import { spread } from "../../../lib/numerics/statistics.ts";
import { auditLines, repairLines, REPAIRS } from "../lines/bounds.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { familyPanels } from "./common.ts";

const TITLE = "From the published proof to a sound and sharper one";

/** Draws the repairs of a run. */
export const repairs: Figure<ProofsResults> = {
  id: "proofs-repairs",
  title: TITLE,
  caption: "The published proof, its repairs one by one, and sharper terms.",
  draw(run) {
    const series = run.models[0].repairs.map(({ attention }) => attention);
    const spec = intervalDots(
      familyPanels(run, (models, title) => ({ title, dots: dotsOf(models) })),
      {
        title: TITLE,
        subtitle: [
          "Certified share of all sequences, not normalised. Dots: means over models, lines: one standard deviation.",
          "The first four and the last rest on an unsound step; with A and B repaired the bound is a theorem.",
        ],
        xTitle: "bound",
        series,
        step: 34,
      },
    );
    const lines = [...repairLines(run), ...auditLines(run)];
    return { spec, lines };
  },
};

function dotsOf(models: readonly ModelResult[]): IntervalDot[] {
  return REPAIRS.flatMap(([key, row]) =>
    models[0].repairs.map(({ attention }, i) => {
      const { mean, sd } = spread(models.map(({ repairs }) => repairs[i][key]));
      return { row, series: attention, value: mean, low: mean - sd, high: mean + sd };
    })
  );
}
