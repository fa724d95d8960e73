/** Types that signatures of this room name, for whoever writes them down. @module */
export type { KEPT, Kept } from "./causal/edits/removal.ts";
export type { Change, Effect, TriggeredEffect } from "./causal/effects.ts";
export type { GreedyStep, Removed } from "./causal/greedy.ts";
export type { Measured } from "./causal/judge/measures.ts";
export type { OrderName, ORDERS } from "./causal/order_names.ts";
export type { Floor, HalfFloor, JudgedEffect } from "./causal/rules.ts";
export type { TruthEffect } from "./causal/truth.ts";
export type { RunData } from "./run/data.ts";
export type { GivenModel, ModelSource } from "./run/given.ts";
export type { ResidualMeasures, ResidualSite, RunResiduals, Spread } from "./run/residual.ts";
export type { StagewiseTask } from "./run/task.ts";
export type { CausalSettings } from "./settings/causal.ts";
export type { GivenSizes, PresetName, PRESETS, StagewiseSettings } from "./settings/presets.ts";
export type { ControlName, TURNING, TurningStage } from "./stages/coder_phases.ts";
export type { Both } from "./stages/evolution.ts";
export type { ModelPairDecoder } from "./stages/relative_norms.ts";
export type { TARGETS } from "./stages/relevance.ts";
export type { RoleSource } from "./stages/roles.ts";
export type { StageDefinition } from "./stages/stages.ts";
export type { RelevanceRank } from "./stages/turned.ts";
export type {
  CausalResults,
  DictionarySets,
  DictionaryTruth,
  EditPoint,
  Judged,
  LatentEffect,
  LatentTruth,
  OwnDraws,
  SetPoint,
  Steer,
  SteeringRow,
} from "./stored/causal_results.ts";
export type { CrossMeasures, CrossModel } from "./stored/cross_model_results.ts";
export type { Activation, StageContexts } from "./stored/result_files.ts";
export type { ControlRun, DictionaryRun, StageMeasures } from "./stored/results.ts";
export type { FiringPlace, LatentView } from "../plot/notebook/latent.ts";
