/**
 * Crosscoders and sparse autoencoders: recipes, training, encoding and decoding, held-out quality.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { coderConfig, RECIPES } from "./mod.ts";
 * assertEquals(RECIPES.batchtopk.losses, ["root", "auxk"]);
 * assertEquals(coderConfig({ sites: ["hook_embed"], d_in: 4, d_sae: 8 }).activation.kind, "jumprelu");
 * ```
 * @module
 */
export { type ActivationConfig, type ActivationKind, ACTIVATIONS } from "./activations/mod.ts";
export { atEqualBits, bitsPerToken } from "./bits.ts";
export {
  type CoderConfig,
  type Crosscoder,
  fold,
  loadCrosscoder,
  saveCrosscoder,
  unfold,
} from "./coder.ts";
export { coderConfig } from "./coder_config.ts";
export {
  coderLosses,
  type CoderTrainer,
  composedLosses,
  createCoderTrainer,
  metricNames,
} from "./coder_step.ts";
export {
  type CoderTensors,
  decode,
  type DeviceCoder,
  encode,
  preActivations,
  uploadCoder,
} from "./encode.ts";
export { type CoderQuality, evaluateCoder, evaluateRows } from "./evaluate.ts";
export { coderProgress, fitCrosscoder, type FitOptions } from "./fit.ts";
export { type ActivationSource, createPoolFeed, type PoolFeed } from "./harvest/feed.ts";
export { createHarvester, harvestBatch, releaseHarvester } from "./harvest/harvester.ts";
export { initialise } from "./initialise.ts";
export { type Contexts, topContexts } from "./latents.ts";
export { LOSSES, type LossName } from "./losses/mod.ts";
export { type PatchedLoss, patchedLoss } from "./patched_loss.ts";
export { plantedFeed } from "./planted/feed.ts";
export {
  type FeatureMatch,
  matchFeatures,
  precisionAt,
  randomDictionary,
  recallAt,
} from "./planted/match.ts";
export { measureOnTask } from "./planted/measure.ts";
export { type PlantedOptions, plantedRows, type PlantedTask, plantedTask } from "./planted/task.ts";
export { qualityRows } from "./quality_rows.ts";
export { type Recipe, type RecipeName, RECIPES } from "./recipes.ts";
export { loadSaeLens, type SaeLensCoder } from "./sae_lens/load.ts";
export { saveSaeLens } from "./sae_lens/save.ts";
export { siteScales } from "./scale.ts";
export type { RecipeSettings } from "./settings.ts";
export { asSite, residualSites, type Site, siteName } from "./sites.ts";
export {
  type CoderFeed,
  type CoderRun,
  type CoderTraining,
  recordCoderStep,
  trainCrosscoder,
  trainCrosscoders,
  trainedCoder,
} from "./train.ts";
