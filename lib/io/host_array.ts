/**
 * The plain exchange type between files, JavaScript and the GPU: a shape and its values, row-major.
 *
 * @module
 */

/**
 * Values in row-major order; `data.length` is the product of `shape` (1 for a scalar, shape []).
 */
export type HostArray = { shape: number[]; data: Float32Array };

/** The number of values of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The index in each axis of element `i` of a row-major array: `3, 0` in shape [4, 2] for 6. */
export function placeOf(i: number, shape: readonly number[]): string {
  const index: number[] = [];
  for (const length of shape.toReversed()) {
    index.unshift(i % length);
    i = Math.floor(i / length);
  }
  return index.join(", ");
}
