/**
 * stagewise-scatter (S2): which latents turn both when the model changes after the data, and when
 * the data change after the model? One point an active latent, x = cos(D, DF), y = cos(M, MF).
 *
 *   deno task figures stagewise-scatter                   reads what replicate left
 *   deno task figures stagewise-scatter --percentile 10   cuts further out
 *
 * Cuts are percentiles over the active latents. The controls are counted inside the same cuts: their
 * own percentile would flag about as many. Ringed: relevant in DF or MF by the substring rule.
 * The spec carries each latent's contexts in all stages for the tooltip.
 *
 * @module
 */
import { rotationPoints } from "../../../lib/diff/plot_data.ts";
import { baseRate, countOf } from "../../../lib/numerics/counts.ts";
import { activeRows } from "../../../lib/diff/stages/table.ts";
import { activeQuadrants, isRelevant, turnedTwice } from "../../../lib/diff/stages/turned.ts";
import { rotationScatter } from "../../../lib/plot/rotation_scatter.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { shareText } from "../../../lib/report/line.ts";
import { below, controlConditions, dictionaryConditions, lowestCosines } from "../conditions.ts";
import { fixedCutLines, otherTurnedLines } from "../lines/controls.ts";
import { aucLines, quantileLines, turnedLine } from "../lines/rotation.ts";
import type { Figure } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";
import { PERCENTILE } from "./percentile.ts";

const TITLE = "Cosine similarities between features in D & DF and M & MF crosscoders";

/** Draws the scatter of a run. */
export const scatter: Figure<StagewiseResults, "percentile"> = {
  id: "stagewise-scatter",
  title: TITLE,
  caption: "One point an active latent: the cosine of its decoder vector before and after the " +
    "model changed (x, D to DF) and before and after the data changed (y, M to MF); the controls are counted inside the same cuts.",
  options: { percentile: PERCENTILE },
  draw(run, { percentile }) {
    const { rows } = run;
    const { seed } = run.measures;
    const lines = [
      turnedLine(rows, { percentile, over: "active", seed }),
      turnedLine(rows, { percentile, over: "all", seed }),
      ...aucLines(rows, { seed }),
      ...quantileLines(rows, "active"),
      ...fixedCutLines(run, percentile),
      ...otherTurnedLines(run, percentile),
    ];
    return { spec: scatterSpec(run, { percentile }), lines };
  },
};

function scatterSpec(run: StagewiseResults, { percentile }: { percentile: number }): Spec {
  const active = activeRows(run.rows);
  const { cut: thresholds, quadrants } = activeQuadrants(run.rows, { percentile });
  const { group: turned, others } = quadrants.max_change_DM;
  const controls = controlConditions(run).map(({ name, rows }) =>
    `${below(rows, thresholds).length} of the ${name}`
  );
  const shares = dictionaryConditions(run).map(({ rows }) =>
    shareText(countOf(turnedTwice(rows, { percentile }).group, isRelevant))
  );
  return rotationScatter(
    rotationPoints(run, active),
    {
      percentile,
      thresholds,
      lowest: lowestCosines(run),
      title: TITLE,
      subtitle: [
        `Bottom left: ${turned.length} of ${active.length} active latents, turned by the model after ` +
        "the data (x) and by the data after the model (y).",
        `Ringed, of the backdoor: ${shareText(countOf(turned, isRelevant))} of these, ` +
        `${shareText(baseRate(others, isRelevant, run.measures))} of the others.`,
        `By each dictionary: ${shares.join(", ")}.`,
        `Inside the same cuts: ${controls.join(", ")}.`,
      ],
    },
  );
}
