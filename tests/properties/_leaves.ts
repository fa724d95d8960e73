/** Tensors that want a gradient, and what they get. @module */
import type { JumpReluTensors } from "../../lib/crosscoder/fused_loss.ts";
import { multiply } from "../../lib/tensor/ops/arithmetic.ts";
import { sum } from "../../lib/tensor/ops/sum.ts";
import { createParameters } from "../../lib/tensor/parameters.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { type Tensor, upload } from "../../lib/tensor/tensor.ts";
import { random } from "../util.ts";
import { devices } from "../tensor/gpu_util.ts";

export const [{ gpu }] = devices;

/** A tensor of the user's own that wants a gradient. */
export function leaf(shape: number[], seed: number, std = 1): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const tensor = upload(gpu, { shape, data: random(seed, size).map((x) => std * x) });
  tensor.requiresGrad = true;
  return tensor;
}

/** The gradients that `body` gives the leaves. */
export async function gradsOf(leaves: Tensor[], body: () => unknown): Promise<Float32Array[]> {
  withGradients(gpu, leaves, body);
  return await readTensors(leaves.map(({ grad }) => grad!));
}

/** Σ y · r with a fixed random r: an upstream gradient of which no two values are alike. */
export function weighted(y: Tensor): Tensor {
  const size = y.shape.reduce((a, b) => a * b, 1);
  return sum(multiply(y, upload(gpu, { shape: [...y.shape], data: random(99, size) })));
}

const CODER = { W_enc: [2, 4, 7], W_dec: [7, 2, 4], b_enc: [7], b_dec: [2, 4], log_threshold: [7] };
export const penalties = { lambda_S: 0.3, lambda_P: 0.2, c: 2, eps: 1 };

/** A crosscoder of two sites that wants gradients. */
export function coder(): JumpReluTensors {
  const arrays = Object.entries(CODER).map(([name, shape], i) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return [name, { shape, data: random(20 + i, size).map((x) => 0.5 * x) }];
  });
  return createParameters(gpu, Object.fromEntries(arrays)).tensors as JumpReluTensors;
}
