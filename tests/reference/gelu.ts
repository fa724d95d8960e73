/**
 * GELU in its tanh form (`gelu_new` of Hugging Face, Hendrycks and Gimpel, arXiv 1606.08415), float64:
 *
 *   gelu(x) = x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))
 *
 * @module
 */

const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** x, any shape → the same shape. */
export function gelu(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (v) => 0.5 * v * (1 + Math.tanh(SCALE * (v + CUBIC * v ** 3))));
}

/** x and grad_y of one shape → grad_x of that shape. */
export function geluGrad(x: ArrayLike<number>, grad_y: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (v, i) => {
    const t = Math.tanh(SCALE * (v + CUBIC * v ** 3));
    const slope = SCALE * (1 + 3 * CUBIC * v ** 2);
    return grad_y[i] * (0.5 * (1 + t) + 0.5 * v * (1 - t * t) * slope);
  });
}
