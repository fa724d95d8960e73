/**
 * Making a run of stage-wise diffing: settings, sources, plan, rehearsal, phases, and its folder.
 * @module
 */

// What is asked for.
export {
  type PresetName,
  PRESETS,
  type StagewiseSettings,
  stagewiseSettings,
} from "../settings/presets.ts";
export {
  FINE_TUNES,
  type FineTune,
  type GivenModel,
  type ModelSource,
  openGiven,
} from "./given.ts";
export {
  chosenSettings,
  readSources,
  type SourceOptions,
  type Sources,
  stagewiseSources,
} from "./sources.ts";

// What it would take.
export { planStagewise } from "./plan.ts";
export { rehearsalSettings } from "./rehearsal_settings.ts";
export { rehearse } from "./rehearse.ts";
export type { RehearsedPhase } from "./rehearsed_phase.ts";

// The run itself, and parts of it.
export { backdoorOf } from "./backdoor_of.ts";
export { prepareData } from "./data.ts";
export { type FinishedRun, runStagewise } from "./pipeline.ts";
export {
  measureResidual,
  type Outlier,
  outlierOf,
  type ResidualMeasures,
  type RunResiduals,
} from "./residual.ts";
export { writeRunFolder } from "./run_folder.ts";
export type { StagewiseTask } from "./task.ts";
export { runStagewiseTask, stagewiseTasks } from "./tasks.ts";
