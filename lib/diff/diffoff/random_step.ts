/**
 * A step that means nothing: random changes of low rank, each as long as the change that another
 * fine-tune made to that matrix.
 * @module
 */
import type { HostArray } from "../../io/host_array.ts";
import type { Random } from "../../numerics/random.ts";

/** The rank of a change, that of the usual adapters. */
export const STEP_RANK = 8;

/**
 * Every matrix [m, n] of `from` plus a random change of rank 8 (a product of two normal matrices)
 * whose Frobenius norm is that of `towards` less `from`; what is no matrix stays.
 */
export function randomStep(
  from: Record<string, HostArray>,
  towards: Record<string, HostArray>,
  random: Random,
): Record<string, HostArray> {
  return Object.fromEntries(
    Object.entries(from).map(([name, { shape, data }]) => {
      if (shape.length !== 2) return [name, { shape, data }];
      const other = towards[name].data, change = lowRank(shape, random.stream(name));
      const scale = norm(data.map((x, i) => other[i] - x)) / norm(change);
      return [name, { shape, data: data.map((x, i) => x + scale * change[i]) }];
    }),
  );
}

function lowRank([m, n]: readonly number[], random: Random): Float32Array {
  const left = random.normals(m * STEP_RANK), right = random.normals(STEP_RANK * n);
  const product = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < STEP_RANK; k++) {
      const weight = left[i * STEP_RANK + k];
      for (let j = 0; j < n; j++) product[i * n + j] += weight * right[k * n + j];
    }
  }
  return product;
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
}
