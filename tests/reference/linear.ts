/**
 * Linear layer y = x Wᵀ + b in float64, with the weight layout of PyTorch's nn.Linear.
 *
 * @module
 */
import { matmul } from "./matmul.ts";

/** x [rows, d_in], W [d_out, d_in], b [d_out] or none → [rows, d_out]. */
export function linear(
  x: ArrayLike<number>,
  W: ArrayLike<number>,
  { d_out, b }: { d_out: number; b?: ArrayLike<number> },
): Float64Array {
  const d_in = W.length / d_out;
  const options = { m: x.length / d_in, n: d_out, k: d_in, transposeB: true };
  return matmul(x, W, options).map((value, i) => value + (b?.[i % d_out] ?? 0));
}

/** x [rows, d_in], W [d_out, d_in], grad_y [rows, d_out] → gradients of x, W and b [d_out]. */
export function linearGrad(
  x: ArrayLike<number>,
  W: ArrayLike<number>,
  { d_out, grad_y }: { d_out: number; grad_y: ArrayLike<number> },
) {
  const d_in = W.length / d_out;
  const rows = x.length / d_in;
  const grad_b = new Float64Array(d_out);
  for (let i = 0; i < grad_y.length; i++) grad_b[i % d_out] += grad_y[i];
  return {
    grad_x: matmul(grad_y, W, { m: rows, n: d_in, k: d_out }),
    grad_W: matmul(grad_y, x, { m: d_out, n: d_in, k: rows, transposeA: true }),
    grad_b,
  };
}
