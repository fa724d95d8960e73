/**
 * Where each id occurs in a batch: what lets the gradient of an embedding be summed without
 * atomics.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import { type Tensor, zeros } from "../tensor.ts";

/** The index on the GPU, of fixed size for `n` ids, so that a recorded program can keep it. */
export type ScatterIndex = {
  /** u32 [3n + 2]: count, offsets [n + 1], ids [n], order [n]. */
  tensor: Tensor;
  n: number;
};

/**
 * The rows of every id that occurs: ids[i], i < count, stands in rows order[offsets[i]] ..
 * order[offsets[i + 1]], in ascending order. All arrays have a fixed length for n ids; what is left
 * over is zero.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const { count, ids, offsets, order } = scatterIndex(Uint32Array.of(7, 2, 7));
 * assertEquals([count, [...ids], [...offsets], [...order]], [2, [2, 7, 0], [0, 1, 3, 0], [1, 0, 2]]);
 * ```
 */
export function scatterIndex(
  ids: Uint32Array,
): { count: number; ids: Uint32Array; offsets: Uint32Array; order: Uint32Array } {
  const n = ids.length;
  // Id and row in one number, so that a plain numeric sort is a stable one.
  const keys = Float64Array.from(ids, (id, row) => id * n + row).sort();
  const order = Uint32Array.from(keys, (key) => key % n);
  const unique = new Uint32Array(n), offsets = new Uint32Array(n + 1);
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (i > 0 && ids[order[i]] === ids[order[i - 1]]) continue;
    unique[count] = ids[order[i]];
    offsets[count++] = i;
  }
  offsets[count] = n;
  return { count, ids: unique, offsets, order };
}

/** The values of an index's tensor, of length 3n + 2. */
export function packedIndex(batch: Uint32Array): Uint32Array {
  const n = batch.length, { count, ids, offsets, order } = scatterIndex(batch);
  const packed = new Uint32Array(3 * n + 2);
  packed[0] = count;
  packed.set(offsets, 1);
  packed.set(ids, n + 2);
  packed.set(order, 2 * n + 2);
  return packed;
}

/**
 * An index for `n` ids; it is empty until `write` replaces it by that of the ids of a batch.
 */
export function createScatterIndex(
  gpu: Gpu,
  n: number,
): ScatterIndex & { write: (ids: Uint32Array) => void } {
  const tensor = zeros(gpu, [3 * n + 2], "u32");
  return {
    tensor,
    n,
    write(ids) {
      if (ids.length !== n) {
        throw new RangeError(
          `Cannot write scatter index: expected ${n} ids but found ${ids.length}: ` +
            "make an index for this batch size",
        );
      }
      tensor.write(packedIndex(ids));
    },
  };
}
