/**
 * proofs-bound-vs-ratio (P4): are bounds better where the attention scores are nearer to rank one?
 *
 *   deno task figures proofs-bound-vs-ratio
 *
 * x: ratio of the two largest singular values of EQKE. y: the best published bound of each way to bound the attention
 * error. Lines: least squares, all models and those below 375 apart in the numbers.
 *
 * @module
 */
import { type BoundPanel, boundScatter } from "../../lib/plot/bound_scatter.ts";
import { best, normalisedRows } from "../../lib/proofs/run/groups.ts";
import {
  byFamily,
  familyTitle,
  type ModelResult,
  readProofs,
} from "../../lib/proofs/run/results.ts";
import { linearFit } from "../../lib/proofs/run/statistics.ts";
import { ratioLines, singularRatio } from "../report/proofs_story_lines.ts";
import type { FigureResult } from "./finish.ts";
import { familyPanels, finishProofs, HANDLING_COLOURS } from "./proofs_common.ts";

const ID = "proofs-bound-vs-ratio";
const TITLE = "Bound against how nearly rank one the attention scores are";

/** The published figure is drawn again for the models below this ratio. */
const LOW = 375;

/** Draws the scatter of a run's folder. */
export async function draw(folder: string): Promise<FigureResult> {
  const run = await readProofs(folder);
  const spec = boundScatter(familyPanels(run, panelOf), {
    title: TITLE,
    subtitle: [
      "The best published bound of each way to bound the attention error, one dot a model. The exact scores are left out:",
      "they need no rank. Lines: least squares.",
    ],
    xTitle: "sigma1 / sigma2 of EQKE",
    yTitle: "bound / accuracy",
    colours: HANDLING_COLOURS,
  });
  const fits = byFamily(run).flatMap(({ family, models }) =>
    Object.keys(HANDLING_COLOURS).flatMap((handling) => {
      const points = pointsOf(models, handling), name = `${familyTitle(family)}: ${handling}`;
      return [
        { name, fit: linearFit(points) },
        { name: `${name}, ratio below ${LOW}`, fit: linearFit(points.filter(({ x }) => x < LOW)) },
      ];
    })
  );
  return await finishProofs(run, { id: ID, title: TITLE, spec, lines: ratioLines(run, fits) });
}

function panelOf(models: ModelResult[], title: string): BoundPanel {
  const handlings = Object.keys(HANDLING_COLOURS);
  return {
    title,
    points: handlings.flatMap((handling) => pointsOf(models, handling)),
    curves: handlings.flatMap((handling) => {
      const points = pointsOf(models, handling), fit = linearFit(points);
      if (!fit) return [];
      const ends = [Math.min, Math.max].map((end) => end(...points.map(({ x }) => x)));
      const at = ends.map((x) => ({ x, y: fit.intercept + fit.slope * x }));
      return [{ series: handling, label: handling, at }];
    }),
  };
}

function pointsOf(models: readonly ModelResult[], handling: string) {
  return models.map((model) => {
    const rows = normalisedRows(model).filter(({ strategy }) =>
      strategy.startsWith(`published/${handling}/`)
    );
    return {
      x: singularRatio(model),
      y: best(rows).normalised,
      series: handling,
      label: `${handling}, ${model.id}`,
    };
  });
}
