/** Latents whose decoder vectors point the same way. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { HostArray } from "../io/host_array.ts";
import { matmul } from "../tensor/ops/matmul/matmul.ts";
import { upload } from "../tensor/tensor.ts";
import { type Largest, largestOf } from "./largest.ts";

/**
 * For each latent of W_dec [d_sae, ...] the k others whose vectors are nearest: their numbers and
 * cosines [d_sae, k], falling; NaN where there are fewer. A vector of zeros is near nothing: 0.
 */
export async function nearestLatents(
  gpu: Gpu,
  W_dec: HostArray,
  { k = 5 }: { k?: number } = {},
): Promise<Largest> {
  const [d_sae] = W_dec.shape, width = W_dec.data.length / d_sae, few = Math.min(k, d_sae - 1);
  const data = new Float32Array(W_dec.data.length);
  for (let i = 0; i < d_sae; i++) {
    const row = W_dec.data.subarray(i * width, (i + 1) * width);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (norm > 0) data.set(row.map((value) => value / norm), i * width);
  }
  using rows = upload(gpu, { shape: [d_sae, width], data });
  using products = matmul(rows, rows, "NT");
  const cosines = await products.read();
  const ids = new Uint32Array(d_sae * k), values = new Float32Array(d_sae * k).fill(NaN);
  for (let i = 0; i < d_sae; i++) {
    const row = cosines.slice(i * d_sae, (i + 1) * d_sae);
    row[i] = -Infinity;
    for (const [at, id] of largestOf(row, few).ids.entries()) {
      ids[i * k + at] = id;
      values[i * k + at] = row[id];
    }
  }
  return { ids, values };
}
