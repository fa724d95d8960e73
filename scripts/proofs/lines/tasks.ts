/**
 * The numbers of models that are asked for another token than the largest. Nothing is published of
 * them.
 *
 * @module
 */
import { smallest } from "../../../lib/numerics/numbers.ts";
import { spread } from "../../../lib/numerics/statistics.ts";
import { theoremName } from "../../../lib/proofs/run/groups.ts";
import {
  byTaskFamily,
  familyTitle,
  type ProofsRun,
  type TaskResult,
} from "../../../lib/proofs/run/results.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { meanLine } from "./bounds.ts";

/** The models of other tasks by family. */
export function taskFamilies(run: ProofsRun) {
  return byTaskFamily(run).filter(({ models }) => models.length > 0);
}

/** The share of sequences that a model of a task answers rightly: all are enumerated. */
export function taskAccuracy({ right, K, v }: TaskResult): number {
  return right / v ** K;
}

/** Accuracy, bounds with their length, upper ends, and losses for float32. */
export function taskLines(run: ProofsRun): Line[] {
  return taskFamilies(run).flatMap(({ family, models }) => {
    const name = familyTitle(family);
    const proofs = models[0].rows.map(theoremName);
    const rowsOf = (proof: string) =>
      models.flatMap(({ K, v, rows }) =>
        rows.filter((row) => theoremName(row) === proof).map((row) => ({ ...row, all: v ** K }))
      );
    return [
      meanLine(`${name}: accuracy`, spread(models.map(taskAccuracy)), {
        digits: 5,
        note: "every sequence enumerated and decided rigorously",
      }),
      ...proofs.flatMap((proof) => {
        const rows = rowsOf(proof), flops = spread(rows.map(({ flops }) => flops)).mean;
        const lost = rows.flatMap(({ bound, all, everyFloat32 }) =>
          everyFloat32?.ieee === undefined ? [] : [bound - Number(everyFloat32.ieee) / all]
        );
        return [
          meanLine(`${name}: ${proof}`, spread(rows.map(({ bound }) => bound)), {
            digits: 5,
            note: `2^${Math.log2(flops).toFixed(1)} FLOPs`,
          }),
          ...(lost.length === 0 ? [] : [
            numberLine(
              `${name}: ${proof}, lost for every float32 evaluation (ieee)`,
              spread(lost).mean,
              { digits: 7 },
            ),
          ]),
        ];
      }),
      meanLine(
        `${name}: upper bound on the accuracy, N4`,
        spread(models.map(({ rows }) => smallest(rows.flatMap(({ atMost }) => atMost ?? [])))),
        { digits: 5 },
      ),
    ];
  });
}
