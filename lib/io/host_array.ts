/**
 * The plain exchange type between files, JavaScript and the GPU: a shape and its values, row-major.
 *
 * @module
 */

/** Values in row-major order; `data.length` is the product of `shape` (1 for a scalar, shape []). */
export type HostArray = { shape: number[]; data: Float32Array };

/** The number of values of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
