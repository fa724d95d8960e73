/**
 * Matrix product in float64, the plain reference of every matmul kernel.
 *
 * @module
 */

export type MatmulOptions = {
  m: number;
  n: number;
  k: number;
  /** a is stored [k, m] instead of [m, k]. */
  transposeA?: boolean;
  /** b is stored [n, k] instead of [k, n]. */
  transposeB?: boolean;
  batch?: number;
};

/** a [batch, m, k], b [batch, k, n] (row-major, each possibly transposed) → [batch, m, n]. */
export function matmul(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { m, n, k, transposeA = false, transposeB = false, batch = 1 }: MatmulOptions,
): Float64Array {
  const c = new Float64Array(batch * m * n);
  for (let item = 0; item < batch; item++) {
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        let sum = 0;
        for (let i = 0; i < k; i++) {
          const left = transposeA ? i * m + row : row * k + i;
          const right = transposeB ? column * k + i : i * n + column;
          sum += a[item * m * k + left] * b[item * k * n + right];
        }
        c[(item * m + row) * n + column] = sum;
      }
    }
  }
  return c;
}
