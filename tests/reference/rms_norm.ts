/**
 * RMS norm over the last axis, in float64:
 *
 *   scale[r] = √(mean of row r's squares + eps)     y = x / scale · weight
 *
 * x, y [rows, d], weight [d]; weight gives d. After Zhang and Sennrich 2019 (arXiv 1910.07467, eq. 4).
 *
 * @module
 */

export type RmsNormOptions = { eps?: number };

/** The scale of every row. */
export function rmsScale(
  x: ArrayLike<number>,
  { d, eps = 1e-6 }: RmsNormOptions & { d: number },
): Float64Array {
  return Float64Array.from({ length: x.length / d }, (_, r) => {
    let squares = 0;
    for (let c = 0; c < d; c++) squares += x[r * d + c] ** 2;
    return Math.sqrt(squares / d + eps);
  });
}

export function rmsNorm(
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  options: RmsNormOptions = {},
): Float64Array {
  const d = weight.length, scale = rmsScale(x, { d, ...options });
  return Float64Array.from(x, (v, i) => v / scale[Math.floor(i / d)] * weight[i % d]);
}

/** grad_x and grad_weight. */
export function rmsNormGrad(
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  { grad_y, ...options }: RmsNormOptions & { grad_y: ArrayLike<number> },
) {
  const d = weight.length, scale = rmsScale(x, { d, ...options });
  const grad_x = new Float64Array(x.length), grad_weight = new Float64Array(d);
  for (let r = 0; r < scale.length; r++) {
    let along = 0; // mean of h · x̂
    for (let c = 0; c < d; c++) {
      const i = r * d + c, normalized = x[i] / scale[r];
      along += grad_y[i] * weight[c] * normalized / d;
      grad_weight[c] += grad_y[i] * normalized;
    }
    for (let c = 0; c < d; c++) {
      const i = r * d + c;
      grad_x[i] = (grad_y[i] * weight[c] - x[i] / scale[r] * along) / scale[r];
    }
  }
  return { grad_x, grad_weight };
}
