/**
 * Layer norm in float64:
 *
 *   scale      = √(mean((x - mean(x))²) + eps)    biased variance, in two passes
 *   normalized = (x - mean(x)) / scale
 *   y          = gamma · normalized + beta
 *
 * `scale` and `normalized` are TransformerLens' hook_scale and (since its version 3, before gamma
 * and beta) hook_normalized.
 *
 * @module
 */

/** x [rows, d] → normalized [rows, d], scale [rows]. */
export function normalize(x: ArrayLike<number>, { d, eps = 1e-5 }: { d: number; eps?: number }) {
  const normalized = new Float64Array(x.length);
  const scale = new Float64Array(x.length / d);
  for (let row = 0; row < scale.length; row++) {
    let mean = 0, variance = 0;
    for (let i = row * d; i < (row + 1) * d; i++) mean += x[i] / d;
    for (let i = row * d; i < (row + 1) * d; i++) variance += (x[i] - mean) ** 2 / d;
    scale[row] = Math.sqrt(variance + eps);
    for (let i = row * d; i < (row + 1) * d; i++) normalized[i] = (x[i] - mean) / scale[row];
  }
  return { normalized, scale };
}

/** x [rows, d], gamma [d], beta [d] → y [rows, d]. */
export function layerNorm(
  x: ArrayLike<number>,
  gamma: ArrayLike<number>,
  { beta, eps }: { beta: ArrayLike<number>; eps?: number },
): Float64Array {
  const d = gamma.length;
  return normalize(x, { d, eps }).normalized.map((v, i) => gamma[i % d] * v + beta[i % d]);
}

/** x [rows, d], gamma [d], grad_y [rows, d] → gradients of x, gamma and beta. */
export function layerNormGrad(
  x: ArrayLike<number>,
  gamma: ArrayLike<number>,
  { grad_y, eps }: { grad_y: ArrayLike<number>; eps?: number },
) {
  const d = gamma.length;
  const { normalized, scale } = normalize(x, { d, eps });
  const grad_x = new Float64Array(x.length);
  const grad_gamma = new Float64Array(d);
  const grad_beta = new Float64Array(d);
  for (let row = 0; row < scale.length; row++) {
    let mean = 0, along = 0; // means over the row of grad_normalized, and of it times normalized
    for (let j = 0; j < d; j++) {
      const i = row * d + j;
      grad_gamma[j] += grad_y[i] * normalized[i];
      grad_beta[j] += grad_y[i];
      mean += grad_y[i] * gamma[j] / d;
      along += grad_y[i] * gamma[j] * normalized[i] / d;
    }
    for (let j = 0; j < d; j++) {
      const i = row * d + j;
      grad_x[i] = (grad_y[i] * gamma[j] - mean - normalized[i] * along) / scale[row];
    }
  }
  return { grad_x, grad_gamma, grad_beta };
}
