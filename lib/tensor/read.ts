/**
 * Values of tensors on the CPU. Each awaited read waits for all that was submitted: read many at once.
 * @module
 */
import { readBuffers } from "../gpu/read.ts";
import type { HostArray } from "../io/host_array.ts";
import { floatsOf, unpad } from "./layout.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Reads several tensors with one wait. u32 values come as floats too; throws where one of them is
 * above 2^24 and a float would round it: `readIds` gives those.
 */
export async function readTensors(tensors: Tensor[]): Promise<Float32Array[]> {
  if (tensors.length === 0) return [];
  const { gpu } = tensors[0];
  const buffers = await readBuffers(gpu, tensors.map(({ range }) => range));
  return tensors.map((tensor, i) => floatsOf(buffers[i], tensor));
}

/** Reads a u32 tensor, every value as it is. */
export async function readIds(tensor: Tensor): Promise<Uint32Array> {
  if (tensor.dtype !== "u32") {
    throw new TypeError(
      `Cannot read ids: expected a u32 tensor but found ${tensor.dtype} [${tensor.shape}]: use read()`,
    );
  }
  const [buffer] = await readBuffers(tensor.gpu, [tensor.range]);
  return unpad(new Uint32Array(buffer), tensor);
}

/** A tensor and its shape as a host array. */
export async function download(tensor: Tensor): Promise<HostArray> {
  return { shape: [...tensor.shape], data: await tensor.read() };
}
