/**
 * Devices and gradients for tests of operations: both kinds of row group, branches for GPUs, and random upstream gradients.
 *
 * @module
 */
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { contributeShared } from "../../lib/tensor/contribute.ts";
import { differentiable } from "../../lib/tensor/tape.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { empty, Tensor, upload, zeros } from "../../lib/tensor/tensor.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { harsh, rewritten } from "../gpu/rewritten.ts";

/** The adapter as it is and, for the variants of kernels with barriers, without subgroups. */
export const devices: { name: string; gpu: Gpu }[] = [
  { name: "subgroups", gpu: await openGpu() },
  { name: "barriers", gpu: await openGpu({ pretend: { subgroupSize: 0 } }) },
];

/**
 * The adapter taken for a GPU, for kernels with branches of their own there, with an exponential as bad as drivers may
 * have it. tests/kernels/other_adapters_test.ts finds out which these are.
 */
export async function takenForGpu(): Promise<{ name: string; gpu: Gpu }> {
  return {
    name: "taken for a GPU",
    gpu: await openGpu({ gpu: rewritten(harsh), pretend: { isCpu: false } }),
  };
}

/** A tensor whose gradient is wanted and has a place. */
export function parameter(gpu: Gpu, shape: number[], data: ArrayLike<number>): Tensor {
  const tensor = upload(gpu, { shape, data: Float32Array.from(data) });
  tensor.requiresGrad = true;
  tensor.gradSlot = zeros(gpu, shape);
  return tensor;
}

/**
 * Runs `forward` on a tape with `grad_y` as the gradient of its result, or of each of its results; returns the (first)
 * result as `y` and the gradients, read.
 */
export async function gradients(
  gpu: Gpu,
  parameters: Record<string, Tensor>,
  { forward, grad_y }: { forward: () => Tensor | Tensor[]; grad_y: ArrayLike<number> },
): Promise<Record<string, Float32Array>> {
  const y = withGradients(gpu, Object.values(parameters), (keep) => {
    const results = [forward()].flat();
    for (const result of results) {
      keep(result);
      const upstream = upload(gpu, {
        shape: [...result.shape],
        data: Float32Array.from(grad_y),
      });
      differentiable(empty(gpu, [1]), [result], {
        loss: "whole",
        backward: () => contributeShared(result, upstream),
      });
    }
    return results[0];
  });
  const names = Object.keys(parameters);
  const read = await readTensors([y, ...names.map((name) => parameters[name].gradSlot!)]);
  return Object.fromEntries([["y", read[0]], ...names.map((n, i) => [`grad_${n}`, read[i + 1]])]);
}

/** The values that pad the rows of a tensor to a multiple of four; every operation must leave zeros there. */
export async function padding(tensor: Tensor): Promise<Float32Array> {
  const { gpu, rows, pitch, columns, storage } = tensor;
  const whole = await new Tensor(gpu, [rows, pitch], storage, tensor.options).read();
  return whole.filter((_, i) => i % pitch >= columns);
}
