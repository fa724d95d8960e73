/**
 * Compact proofs for Max-of-K models: train the models, prove bounds on their accuracy, check
 * certificates. `proveBound` is the prover's own count, `certify` a certificate with the count of
 * `checkCertificate`, the checker. `stateAccuracy` and `checkStatement` are about statements with
 * confidence, which are no proofs.
 *
 * A model has one layer, one head, no biases, no layer norm and a causal mask; up to 1,024 tokens, K as
 * long as v^K stays below 2^960. A file that holds anything else is refused. A bound holds for the
 * stored weights in real arithmetic, all rounding of the proof included; with `arithmetic` "ieee",
 * "wgsl" or "tf32" a proof counts the sequences that every float32 evaluation of that class answers
 * rightly, whatever order it adds in (evaluation/classes.ts).
 *
 * Of theorem N5 alone the whole way is machine-checked: formal/Network.v states, and Rocq proves from
 * four axioms of classical logic and the reals, that the claimed number of sequences is right in the
 * forward pass over the stored weights in real arithmetic. Not machine-checked are the search, the other
 * theorems, the TypeScript checker, and that a program of floats does what the real numbers do.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as proofs from "./mod.ts";
 * // One direction only: the logit of token 1 minus that of token 0 is the number of ones, minus a half.
 * const model = {
 *   config: { d_vocab: 2, d_model: 2, d_head: 1, n_ctx: 2 },
 *   W_E: Float32Array.of(0, 1, 1, 1),
 *   W_pos: new Float32Array(4),
 *   W_Q: new Float32Array(2),
 *   W_K: new Float32Array(2),
 *   W_V: Float32Array.of(4, -0.5),
 *   W_O: Float32Array.of(0, 1),
 *   W_U: Float32Array.of(0, 0, -1, 1),
 * };
 * const prover = proofs.makeProver(model);
 * const { certificate } = proofs.certify(prover, "cubic");
 * assertEquals(proofs.checkCertificate(certificate, model).accepted, true);
 * ```
 * @module
 */
export {
  ablate,
  type Ablated,
  scoreTables,
  subsetOf,
  SUBSETS,
  tablesOf,
} from "./analysis/ablations.ts";
export { type CopyingRows, copyingRows } from "./analysis/copying.ts";
export { allSlopes, drawnDifferences } from "./analysis/differences.ts";
export { countMargins, type Margins } from "./analysis/margins.ts";
export { type PlainModel, plainModel } from "./analysis/plain_model.ts";
export {
  type DeflatedScores,
  deflateScores,
  largestRowRange,
  type NoiseTest,
  noiseTest,
  type NormBounds,
  normBounds,
} from "./analysis/residual.ts";
export { certify } from "./certify.ts";
export { type Certificate, encodeCertificate, type Json } from "./checker/certificate.ts";
export { checkCertificate, type Verdict } from "./checker/check.ts";
export { MAX_TEXT } from "./checker/read_certificate.ts";
export { checkStatement, isStatement, type Method, METHODS } from "./checker/statement.ts";
export { CONFIDENCES, type StatementClaim } from "./checker/statement_claim.ts";
export {
  type Arithmetic,
  ARITHMETICS,
  type EvaluationClass,
  EVALUATIONS,
} from "./evaluation/classes.ts";
export { evaluateLogits, wrongBy } from "./evaluation/evaluate.ts";
export { FLOAT64, type OrderDependent, orderDependent } from "./evaluation/orders.ts";
export { FLOAT_SOURCES, FORMAL_ROOT, FORMAL_SOURCES, type FormalSource } from "./formal/sources.ts";
export {
  countSource,
  type FormalArithmetic,
  hintsSource,
  isFormalArithmetic,
  modelSource,
  theoremSource,
} from "./formal/write.ts";
export { bruteForce, type BruteForceOptions, type ExhaustiveCount } from "./gpu/brute_force.ts";
export { type GpuOrder, gpuOrders, wrongByOrder } from "./gpu/orders.ts";
export { type TrainedMaxOfK, trainMaxOfK, type TrainMaxOfKOptions } from "./gpu/train.ts";
export { loadMaxOfK, type MaxOfKConfig, type MaxOfKModel, saveMaxOfK } from "./max_of_k.ts";
export {
  exhaustiveResult,
  type Hints,
  makeProver,
  MOST_STEPS,
  type ProofOptions,
  type ProofResult,
  proveBound,
  ratio,
  searchStrategy,
  verifyStrategy,
} from "./prove.ts";
export {
  best,
  bestOfGroup,
  frontierByModel,
  type Group,
  GROUPS,
  groupSpread,
  leastUpper,
  type NormalisedRow,
  normalisedRows,
  paperRows,
  theoremName,
} from "./run/groups.ts";
export {
  everyFloat32,
  type Measured,
  measureModel,
  type MeasureTask,
} from "./run/measure_model.ts";
export { ablatedAccuracies, singularRatio } from "./run/model_numbers.ts";
export { type OpenedMaxOfK, openMaxOfK, type OpenMaxOfKOptions } from "./run/open_models.ts";
export { type ProofsTask, runProofs } from "./run/pipeline.ts";
export { type ProofsPiece, proofsPieces, runProofsPiece } from "./run/pieces.ts";
export type { AskedFamily } from "./run/train_models.ts";
export {
  type DeviceCosts,
  type DeviceSeconds,
  type PlannedFamily,
  planProofs,
  type PredictedFamily,
  predictFamily,
  type ProofCosts,
  SAMPLE_V,
} from "./run/plan.ts";
export { type LargerMeasured, type LargerMeasureTask } from "./run/larger_models.ts";
export {
  type Family,
  type LargerFamily,
  type ProofsPreset,
  type ProofsSettings,
  proofsSettings,
} from "./run/presets.ts";
export {
  byFamily,
  byLargerFamily,
  byTaskFamily,
  type CertifiedRow,
  familyId,
  familyTitle,
  groupOf,
  isOurs,
  kindOf,
  type LargerResult,
  type ModelResult,
  type ProofRow,
  type ProofsResults,
  type ProofsRun,
  readProofs,
  readProofsModel,
  readResultModel,
  type TaskResult,
} from "./run/results.ts";
export {
  errorOf,
  gapAt,
  type Miss,
  missedBy,
  reach,
  type Sampler,
  samplersOf,
} from "./run/proof_or_draws.ts";
export { drawnBy, type SampledRow, SETS } from "./run/sampled.ts";
export { plannedProofs } from "./run/strategy_list.ts";
export {
  boundPoints,
  KIND_COLOURS,
  KIND_SHAPES,
  proofRows,
  seriesOf,
  type ShownProof,
} from "./run/views.ts";
export { type MeasureWorkers, measureWorkers } from "./run/workers.ts";
export {
  sampleAccuracy,
  type Sampled,
  type SampleOptions,
  stateAccuracy,
} from "./sampling/sample.ts";
export { paperStrategies, parseStrategy, type Strategy, strategyNames } from "./strategies.ts";
export { type PlainFactors, plainFactors, scoreSvd } from "./tables/directions.ts";
export { makeTables, type ProofTables } from "./tables/folded.ts";
export { TASK_NAMES, TASKS } from "./tasks/mod.ts";
export type { Task } from "./tasks/task.ts";
export type { Growth, PlannedProof, Prover, Theorem } from "./theorem.ts";
export { bruteForceFlops } from "./theorems/brute_force.ts";
export { THEOREMS } from "./theorems/mod.ts";

export type * from "./types.ts";
