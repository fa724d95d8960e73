/**
 * The parameters of a model in one flat buffer, their gradients in a second: one launch updates
 * them all, one reduction gives their norm. Each tensor is a view that begins at an aligned offset.
 * The second buffer is made when the first gradient is asked for: a model that only runs, or whose
 * parameters are frozen, does without.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { ALIGNMENT, padded } from "./layout.ts";
import { type HostArray, Tensor, zeros } from "./tensor.ts";
import { readTensors } from "./read.ts";

/** Named views of `values`; their gradients are views of `grads`, once there, in the same order. */
export type Parameters = { tensors: Record<string, Tensor>; values: Tensor; grads?: Tensor };

/** Uploads host arrays as trainable parameters. */
export function createParameters(gpu: Gpu, arrays: Record<string, HostArray>): Parameters {
  const sizes = Object.entries(arrays).map(([name, { shape }]) => {
    const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    return [name, Math.ceil(rows * padded(shape.at(-1) ?? 1) / ALIGNMENT) * ALIGNMENT] as const;
  });
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  const parameters: Parameters = { tensors: {}, values: zeros(gpu, [total]) };
  try {
    let offset = 0;
    for (const [name, size] of sizes) {
      const { shape, data } = arrays[name];
      const tensor = parameters.values.over(shape, offset);
      tensor.requiresGrad = true;
      tensor.placeGrad = () => void gradsOf(parameters);
      tensor.write(data);
      parameters.tensors[name] = tensor;
      offset += size;
    }
    return parameters;
  } catch (error) {
    releaseParameters(parameters);
    throw error;
  }
}

/** The gradients of all parameters in one tensor, made at the first call. */
export function gradsOf(parameters: Parameters): Tensor {
  const { tensors, values } = parameters, { gpu, shape } = values;
  if (parameters.grads) return parameters.grads;
  const grads = new Tensor(gpu, shape, gpu.lasting.allocate(4 * values.size, { fresh: true }));
  for (const tensor of Object.values(tensors)) {
    tensor.gradSlot = grads.over(tensor.shape, tensor.offset);
  }
  return parameters.grads = grads;
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
export function releaseParameters({ values, grads }: Parameters): void {
  values.release();
  grads?.release();
}
