/**
 * Counting the length of a proof: the operations of the verification that ran.
 *
 * Convention of arXiv 2406.11779: an elementwise operation, comparison or copy is 1 per output
 * element, a reduction n - 1, a product (a x b)(b x c) is a c (2b - 1); indexing, reshaping,
 * integer counting are free, and so are weights and hints. A rigorous run counts each REAL
 * operation once, whatever it costs in intervals or BigInt.
 * @module
 */

/** Where a verification adds up its operations. */
export interface Flops {
  total: number;
}

/** A matrix product [a, b] [b, c]. */
export function matmulFlops(a: number, b: number, c: number): number {
  return a * c * (2 * b - 1);
}

/** Softmax of n numbers: maximum, subtraction, exponential, sum, division. */
export function softmaxFlops(n: number): number {
  return (n - 1) + n + n + (n - 1) + n;
}
