/**
 * proofs-tasks: how much of what a model answers rightly is certified where it is asked for another
 * token than the largest?
 *
 *   deno task figures proofs-tasks
 *
 * Both ends of theorem N4, the bound of N5, and the count of all sequences, for each model.
 *
 * @module
 */
import { largest, smallest } from "../../../lib/numerics/numbers.ts";
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import { familyTitle, type TaskResult } from "../../../lib/proofs/run/results.ts";
import { TASKS } from "../../../lib/proofs/tasks/mod.ts";
import type { Figure } from "../../system.ts";
import { taskAccuracy, taskFamilies, taskLines } from "../lines/tasks.ts";
import type { ProofsResults } from "../results.ts";

const TITLE = "Other questions: certified error rates";
const SERIES = ["certified, N4", "at most, N5", "every sequence run"];

/** More models than this a population would be too small to read. */
const SHOWN = 16;

/** No error has no logarithm. */
const LEAST = 1e-6;

/** Draws the models of other tasks. */
export const tasks: Figure<ProofsResults> = {
  id: "proofs-tasks",
  title: TITLE,
  caption: "Certified error rates of models that are asked for another token than the largest.",
  numbers: "Other tasks, not normalised",
  draw(run) {
    const families = taskFamilies(run);
    if (families.length === 0) {
      throw new RangeError(
        "Cannot draw other tasks: expected models of them but found none: run replicate proofs again",
      );
    }
    const parts = families.map(({ family, models }) => ({
      title: `${familyTitle(family)} (${models.length} model${models.length > 1 ? "s" : ""})`,
      dots: models.slice(0, SHOWN).flatMap(dotsOf),
    }));
    const asked = TASKS.filter(({ name }) => families.some(({ family }) => family.task === name));
    const spec = intervalDots(parts, {
      title: TITLE,
      subtitle: [
        asked.map(({ name, title }) => `${name}: ${title}`).join(". ") + ".",
        "Share of wrong sequences of each model, on a logarithmic axis. Lines are proved from both sides; dot: their middle. No error is drawn at a millionth.",
      ],
      xTitle: "error rate",
      series: SERIES,
      logX: true,
      columns: 1,
      width: 640,
      step: 28,
    });
    return { spec, lines: taskLines(run) };
  },
};

function dotsOf(model: TaskResult): IntervalDot[] {
  const { id, rows } = model;
  const bounds = (theorem: string) =>
    rows.filter(({ strategy }) => strategy.startsWith(theorem)).map(({ bound }) => bound);
  const low = 1 - smallest(rows.flatMap(({ atMost }) => atMost ?? []));
  const high = 1 - largest(bounds("N4"));
  const at = (x: number) => Math.max(LEAST, x);
  const alone = (series: string, x: number) => ({ row: id, series, value: at(x) });
  return [
    { row: id, series: SERIES[0], value: at((low + high) / 2), low: at(low), high: at(high) },
    alone(SERIES[1], 1 - largest(bounds("N5"))),
    alone(SERIES[2], 1 - taskAccuracy(model)),
  ];
}
