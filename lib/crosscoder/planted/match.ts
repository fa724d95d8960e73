/**
 * Which latent stands for which planted feature: one latent a feature, paired so that the cosines
 * of decoder vector and direction over all sites have the largest sum (bestAssignment, the
 * Hungarian method). One to one, so that ten copies of a feature count as one found and nine wrong.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matchFeatures, precisionAt, recallAt } from "./match.ts";
 * const directions = { shape: [2, 1, 2], data: Float32Array.of(1, 0, 0, 1) };
 * const W_dec = { shape: [3, 1, 2], data: Float32Array.of(0, 2, -1, 0, 1, 1) };
 * const match = matchFeatures(W_dec, directions); // feature 0 is left with the third latent
 * assertEquals([...match.latent], [2, 0]);
 * assertEquals(recallAt(match, 0.9), { count: 1, of: 2 });
 * assertEquals(precisionAt(match, 0.9, [true, true, true]), { count: 1, of: 3 });
 * ```
 * @module
 */
import { exactly, expectForm, number } from "../../io/form.ts";
import type { HostArray } from "../../io/host_array.ts";
import { bestAssignment } from "../../numerics/assignment.ts";
import type { Count } from "../../numerics/counts.ts";
import type { Random } from "../../numerics/random.ts";

/** For each feature its latent, -1 for none, and the cosine of the two, then 0. */
export type FeatureMatch = { latent: Int32Array; cosine: Float64Array };

/**
 * W_dec [d_sae, n_sites, d_in] of folded weights, which are in the units of the rows; directions
 * [n_features, n_sites, d_in].
 */
export function matchFeatures(W_dec: HostArray, directions: HostArray): FeatureMatch {
  const [d_sae, ...row] = W_dec.shape, [n_features, ...width] = directions.shape;
  if (row.join() !== width.join()) {
    throw new RangeError(
      `Cannot match latents to features: expected decoder vectors [${width}], as the features are, but ` +
        `found [${row}]: take the crosscoder that was trained on the task`,
    );
  }
  const cosines = cosineTable(directions, W_dec);
  const latent = bestAssignment(cosines, { rows: n_features, cols: d_sae });
  const cosine = Float64Array.from(latent, (j, i) => j < 0 ? 0 : cosines[i * d_sae + j]);
  return { latent, cosine };
}

/**
 * Cosines of the rows of a [n, ...] with those of b [m, ...], [n, m] in float64; 0 where a vector
 * is 0.
 */
export function cosineTable(a: HostArray, b: HostArray): Float64Array {
  const [n, m] = [a.shape[0], b.shape[0]], width = a.data.length / n;
  const [x, y] = [unitRows(a, width), unitRows(b, width)];
  const table = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += x[i * width + k] * y[j * width + k];
      table[i * m + j] = sum;
    }
  }
  return table;
}

function unitRows({ data }: HostArray, width: number): Float64Array {
  const unit = Float64Array.from(data);
  for (let start = 0; start < unit.length; start += width) {
    const row = unit.subarray(start, start + width);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (norm > 0) row.forEach((value, k) => row[k] = value / norm);
  }
  return unit;
}

const THRESHOLD = exactly({ threshold: number({ above: 0, most: 1 }) });

/**
 * The features whose latent, alive or dead, has at least this cosine, of all or of those that
 * `counts` says.
 */
export function recallAt(
  { cosine }: FeatureMatch,
  threshold: number,
  counts: (feature: number) => boolean = () => true,
): Count {
  expectForm("count found features", { threshold }, THRESHOLD);
  const all = Array.from(cosine.keys()).filter(counts);
  return { count: all.filter((i) => cosine[i] >= threshold).length, of: all.length };
}

/** The latents that stand for a feature with at least this cosine, of those `alive`, [d_sae]. */
export function precisionAt(
  { latent, cosine }: FeatureMatch,
  threshold: number,
  alive: readonly boolean[],
): Count {
  expectForm("count right latents", { threshold }, THRESHOLD);
  const found = Array.from(latent).filter((j, i) => j >= 0 && alive[j] && cosine[i] >= threshold);
  return { count: found.length, of: alive.filter(Boolean).length };
}

/**
 * A control: as many random directions, uniform on the sphere, as a crosscoder has latents; W_dec
 * of norm 1.
 */
export function randomDictionary(shape: readonly number[], random: Random): HostArray {
  const [d_sae, ...row] = shape, width = row.reduce((a, b) => a * b, 1);
  const data = random.normals(d_sae * width);
  const unit = Float32Array.from(unitRows({ shape: [...shape], data }, width));
  return { shape: [...shape], data: unit };
}
