/**
 * Tensors on the GPU, operations with their gradients, training in recorded steps.
 *
 * Every operation here notes its gradient, or throws where one would be lost. Operations that write
 * into a tensor that is there end in `Into`, know no gradients, and are not exported.
 *
 * A tensor belongs to whoever made it: `using`, or `release()`, gives its memory back, and its use after
 * that is an error.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../gpu/mod.ts";
 * import * as tensor from "./mod.ts";
 * using gpu = await openGpu();
 * const W = tensor.upload(gpu, { shape: [1, 2], data: Float32Array.of(3, 4) });
 * W.requiresGrad = true;
 * const loss = tensor.withGradients(gpu, [W], () => tensor.squaredNorm(W));
 * assertEquals([...await loss.read(), ...await W.grad!.read()], [25, 6, 8]);
 * assertEquals([...await tensor.matmul(W, W, "NT").read()], [25]);
 * ```
 * @module
 */

// Tensors: made, read, kept.
export type { HostArray } from "../io/host_array.ts";
export { download, readIds, readTensors } from "./read.ts";
export { keep } from "./scope.ts";
export { empty, type Tensor, upload, uploadIds, zeros } from "./tensor.ts";

// Operations.
export { add, multiply, scale, subtract } from "./ops/arithmetic.ts";
export { attention, type AttentionOptions } from "./ops/attention.ts";
export { attentionPattern } from "./ops/attention_pattern.ts";
export { crossEntropy } from "./ops/cross_entropy.ts";
export {
  createScatterIndex,
  embed,
  type EmbedOptions,
  type ScatterIndex,
} from "./ops/embedding.ts";
export { dropout, type DropoutOptions } from "./ops/dropout.ts";
export { geluExact } from "./ops/gelu_exact.ts";
export { jumprelu } from "./ops/jumprelu.ts";
export { layerNorm, layerNormScale } from "./ops/layer_norm.ts";
export { gelu, linear, linearGelu, type LinearOptions } from "./ops/linear.ts";
export { batchedMatmul } from "./ops/matmul/batched_matmul.ts";
export { matmul } from "./ops/matmul/matmul.ts";
export { reshape, view } from "./ops/reshape.ts";
export { type KeptAttention, rowAttention } from "./ops/row_attention.ts";
export { rotary, rotaryAngles, type RotaryOptions } from "./ops/rotary.ts";
export { rmsNorm, rmsNormScale } from "./ops/rms_norm.ts";
export { groupRows } from "./ops/row_groups.ts";
export { silu } from "./ops/silu.ts";
export { stackColumns, takeRows } from "./ops/rows.ts";
export { step } from "./ops/step.ts";
export { mean, squaredNorm, sum } from "./ops/sum.ts";
export { topK, type TopKOptions } from "./ops/top_k.ts";
export { exp, positive, relu, root, tanh } from "./ops/unary.ts";

// Gradients, and what an operation of your own needs: a kernel, a check of its operands, a note for
// the tape.
export { contribute, contributeAll, contributeShared } from "./contribute.ts";
export { expectTensors, type Wanted } from "./expect.ts";
export { withGradients } from "./gradients.ts";
export { type Launch, launch } from "./launch.ts";
export { differentiable, wantsGradient, withoutGradient } from "./tape.ts";

// Training.
export {
  createParameters,
  type Parameters,
  readParameters,
  releaseParameters,
} from "./parameters.ts";
export {
  type CheckpointOptions,
  type RunOptions,
  runTraining,
  runTrainings,
  type TrainingRun,
} from "./run_training.ts";
export { cardSeconds } from "./card_seconds.ts";
export { measureRates, type PlannedWork, predictSeconds, type Rates } from "./rates.ts";
export { linearRamp, trainerSchedule, warmupDecay } from "./schedule.ts";
export {
  type AdamOptions,
  createTraining,
  type LoggedStep,
  recordStep,
  releaseTraining,
  type Training,
  type TrainingStep,
} from "./training.ts";
export { tune, type TuneOptions } from "./tune.ts";

export type * from "./types.ts";
