/**
 * How well a dictionary tells planted rows again, and which of the planted features it holds.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import type { Random } from "../../numerics/random.ts";
import { upload } from "../../tensor/tensor.ts";
import type { Crosscoder } from "../coder.ts";
import { decode, encode, uploadCoder } from "../encode.ts";
import { plantedRows, type PlantedTask } from "./task.ts";

/**
 * L0: latents that fire on a row, on average. FVU: share of variance left, all sites concatenated.
 * `alive` [d_sae].
 */
export type RowQuality = { L0: number; FVU: number; alive: boolean[] };

/** Rows that are looked at together. */
const CHUNK = 1024;

/** Measures a folded crosscoder on fresh rows of the task. */
export async function measureOnTask(
  gpu: Gpu,
  coder: Crosscoder,
  { task, rows, random }: { task: PlantedTask; rows: number; random: Random },
): Promise<RowQuality> {
  const { n_sites, d_in } = task.options, width = n_sites * d_in, { d_sae } = coder.config;
  const all = plantedRows(task, rows, random);
  using device = uploadCoder(gpu, coder);
  const alive = new Array<boolean>(d_sae).fill(false);
  let fired = 0, error = 0;
  for (let start = 0; start < rows; start += CHUNK) {
    const data = all.subarray(start * width, Math.min(rows, start + CHUNK) * width);
    using x = upload(gpu, { shape: [data.length / width, width], data });
    using acts = encode(device, x);
    using x_hat = decode(device, acts);
    const [latents, made] = [await acts.read(), await x_hat.read()];
    latents.forEach((f, i) => {
      if (f <= 0) return;
      fired++;
      alive[i % d_sae] = true;
    });
    made.forEach((value, i) => error += (value - data[i]) ** 2);
  }
  return { L0: fired / rows, FVU: error / totalVariance(all, width), alive };
}

/** Σ‖x − mean x‖² over rows, in float64. */
function totalVariance(rows: Float32Array, width: number): number {
  const n = rows.length / width, mean = new Float64Array(width);
  rows.forEach((value, i) => mean[i % width] += value / n);
  return rows.reduce((sum, value, i) => sum + (value - mean[i % width]) ** 2, 0);
}
