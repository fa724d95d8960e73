/**
 * Which latents turned further than by chance: p-values from a run's own controls, and whether latents
 * come again from other seeds.
 * @module
 */
export { type CalibrationAnswer, calibrationAnswer, CANDIDATE, OF_ONE_RUN } from "./answer.ts";
export { calibrate, type CalibrationRow, type Hits } from "./calibrate.ts";
export { latentP, type Statistic, statisticNamed, STATISTICS } from "./decide.ts";
export { calibrationRuns } from "./from_rows.ts";
export { Q } from "./rule.ts";
export type { CalibrationRun, Turned } from "./runs.ts";

// Seed stability, and whether it explains what turned.
export { stabilityOf } from "../stability/match.ts";
export {
  explainedBy,
  LEAST_RELATED,
  type StabilityRelation,
  stabilityRelation,
} from "../stability/relation.ts";
