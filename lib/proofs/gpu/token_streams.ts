/** Batches of uniform tokens, drawn on the GPU from one stream a seed. @module */
import tokensSource from "../../../kernels/max_of_k_tokens.wgsl" with { type: "text" };
import type { Gpu } from "../../gpu/gpu.ts";
import { stream } from "../../numerics/random.ts";
import { launch } from "../../tensor/launch.ts";
import { type Tensor, uploadIds, zeros } from "../../tensor/tensor.ts";
import { TASK_NAMES } from "../tasks/mod.ts";

/**
 * Batches on the GPU: keys u32 [models · 2], tokens u32 [models · batch · K], targets u32 [models ·
 * batch].
 */
export type TokenStreams = {
  keys: Tensor;
  tokens: Tensor;
  targets: Tensor;
  batch: number;
  K: number;
  /** What is right, as in TASK_NAMES. */
  task: string;
};

/** One stream of tokens for each seed, nothing drawn yet. */
export function createTokenStreams(
  gpu: Gpu,
  { seeds, batch, K, task = "max" }: { seeds: number[]; batch: number; K: number; task?: string },
): TokenStreams {
  const keys = seeds.flatMap((seed) => {
    const random = stream(seed, "max-of-k tokens");
    return [random.uint32(), random.uint32()];
  });
  return {
    keys: uploadIds(gpu, [keys.length], keys),
    tokens: zeros(gpu, [seeds.length * batch * K], "u32"),
    targets: zeros(gpu, [seeds.length * batch], "u32"),
    batch,
    K,
    task,
  };
}

/**
 * Draws the batch of the step that the first value of `counter` names, uniform over d_vocab tokens.
 */
export function drawTokens(
  { keys, tokens, targets, batch, K, task }: TokenStreams,
  { counter, d_vocab }: { counter: Tensor; d_vocab: number },
): void {
  const { gpu } = tokens;
  const count = targets.columns;
  const constants = { TASK: TASK_NAMES.indexOf(task) };
  launch(gpu, { name: "max_of_k_tokens", source: tokensSource, entry: "draw", constants }, {
    tensors: { keys, schedule: counter, tokens, targets },
    params: { batch, count, K, v: d_vocab },
    invocations: count,
  });
}
