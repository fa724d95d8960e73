/**
 * The parameters of a model in one flat buffer, their gradients in a second: one launch updates
 * them all, one reduction gives their norm. Each tensor is a view that begins at an aligned offset.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { ALIGNMENT, padded } from "./layout.ts";
import { type HostArray, type Tensor, zeros } from "./tensor.ts";
import { readTensors } from "./read.ts";

/** Named views of `values`; their gradients are views of `grads` in the same order. */
export type Parameters = { tensors: Record<string, Tensor>; values: Tensor; grads: Tensor };

/** Uploads host arrays as trainable parameters. */
export function createParameters(gpu: Gpu, arrays: Record<string, HostArray>): Parameters {
  const sizes = Object.entries(arrays).map(([name, { shape }]) => {
    const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    return [name, Math.ceil(rows * padded(shape.at(-1) ?? 1) / ALIGNMENT) * ALIGNMENT] as const;
  });
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  const values = zeros(gpu, [total]), grads = zeros(gpu, [total]);
  try {
    return { tensors: fill(arrays, { sizes, values, grads }), values, grads };
  } catch (error) {
    releaseParameters({ values, grads });
    throw error;
  }
}

function fill(
  arrays: Record<string, HostArray>,
  { sizes, values, grads }: {
    sizes: (readonly [string, number])[];
    values: Tensor;
    grads: Tensor;
  },
): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  let offset = 0;
  for (const [name, size] of sizes) {
    const { shape, data } = arrays[name];
    const tensor = values.over(shape, offset);
    tensor.requiresGrad = true;
    tensor.gradSlot = grads.over(shape, offset);
    tensor.write(data);
    tensors[name] = tensor;
    offset += size;
  }
  return tensors;
}

/** Copies all parameters to the CPU. */
export async function readParameters({ tensors }: Parameters): Promise<Record<string, HostArray>> {
  const names = Object.keys(tensors);
  const arrays = await readTensors(names.map((name) => tensors[name]));
  return Object.fromEntries(
    names.map((name, i) => [name, { shape: [...tensors[name].shape], data: arrays[i] }]),
  );
}

/** Gives the memory of parameters and gradients back. */
export function releaseParameters({ values, grads }: Omit<Parameters, "tensors">): void {
  for (const tensor of [values, grads]) tensor.release();
}
