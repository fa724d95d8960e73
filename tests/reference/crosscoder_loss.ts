/**
 * The crosscoder of the January 2025 recipe with the true pre-activation penalty, in float64. With
 * theta = exp(log_threshold) and n[i] = Σ_l ‖W_dec[i,l]‖:
 *
 *   z    = Σ_l x[l] W_enc[l] + b_enc        f = JumpReLU(z, theta)        xhat = f W_dec + b_dec
 *   loss = mean over batch of  Σ ‖x - xhat‖² + lambda_S Σ_i tanh(c f[i] n[i])
 *                              + lambda_P Σ_i relu(theta[i] - z[i]) n[i]
 *
 * The estimator's part of grad_log_threshold has the factor theta/eps, as its authors have it; the
 * chain rule through the exponential would give theta²/eps.
 *
 * @module
 */
import { jumprelu, jumpreluGrad } from "./jumprelu.ts";
import { matmul } from "./matmul.ts";

/** W_enc [n_sites, d_in, d_sae], W_dec [d_sae, n_sites, d_in], b_enc, log_threshold [d_sae], b_dec [n_sites, d_in]. */
export type CrosscoderParameters = Record<
  "W_enc" | "W_dec" | "b_enc" | "b_dec" | "log_threshold",
  ArrayLike<number>
>;
export type CrosscoderOptions = {
  n_sites: number;
  lambda_S: number;
  lambda_P: number;
  /** Slope of the tanh penalty; the recipe has 4. */
  c: number;
  /** Width of the straight-through estimator; the recipe has 2. */
  eps: number;
};

/** x [batch, n_sites, d_in] → z and f [batch, d_sae], xhat as x, the three parts of the loss. */
export function crosscoderLoss(
  p: CrosscoderParameters,
  x: ArrayLike<number>,
  { n_sites, lambda_S, lambda_P, c }: CrosscoderOptions,
) {
  const d_sae = p.b_enc.length;
  const width = p.b_dec.length; // the sites of one example side by side: W_enc is [width, d_sae]
  const batch = x.length / width;
  const theta = Float64Array.from(p.log_threshold, Math.exp);
  const n = decoderNorms(p.W_dec, { d_sae, n_sites }).total;
  const z = matmul(x, p.W_enc, { m: batch, n: d_sae, k: width })
    .map((value, i) => value + p.b_enc[i % d_sae]);
  const f = jumprelu(z, theta);
  const xhat = matmul(f, p.W_dec, { m: batch, n: width, k: d_sae })
    .map((value, i) => value + p.b_dec[i % width]);
  let reconstruction = 0, sparsity = 0, preActivation = 0;
  for (let i = 0; i < x.length; i++) reconstruction += (x[i] - xhat[i]) ** 2 / batch;
  for (let i = 0; i < z.length; i++) {
    const s = i % d_sae;
    sparsity += lambda_S * Math.tanh(c * f[i] * n[s]) / batch;
    preActivation += lambda_P * Math.max(0, theta[s] - z[i]) * n[s] / batch;
  }
  return { z, f, xhat, theta, n, reconstruction, sparsity, preActivation };
}

/** The gradients of the sum of the three parts, each with the shape of its parameter. */
export function crosscoderGrad(
  p: CrosscoderParameters,
  x: ArrayLike<number>,
  options: CrosscoderOptions,
) {
  const { n_sites, lambda_S, lambda_P, c, eps } = options;
  const { z, f, xhat, theta, n } = crosscoderLoss(p, x, options);
  const d_sae = theta.length;
  const width = p.b_dec.length;
  const batch = x.length / width;
  const grad_xhat = xhat.map((value, i) => 2 * (value - x[i]) / batch);
  const grad_f = matmul(grad_xhat, p.W_dec, { m: batch, n: d_sae, k: width, transposeB: true });
  const grad_n = new Float64Array(d_sae);
  for (let i = 0; i < f.length; i++) {
    const s = i % d_sae;
    const slope = lambda_S * c * (1 - Math.tanh(c * f[i] * n[s]) ** 2) / batch;
    grad_f[i] += slope * n[s];
    grad_n[s] += slope * f[i] + lambda_P * Math.max(0, theta[s] - z[i]) / batch;
  }
  const through = jumpreluGrad(z, theta, { grad_acts: grad_f, eps });
  const grad_z = through.grad_z;
  const grad_log_threshold = through.grad_threshold;
  for (let i = 0; i < z.length; i++) {
    const s = i % d_sae;
    if (theta[s] <= z[i]) continue;
    grad_z[i] -= lambda_P * n[s] / batch;
    grad_log_threshold[s] += lambda_P * theta[s] * n[s] / batch;
  }
  const { perSite } = decoderNorms(p.W_dec, { d_sae, n_sites });
  const d_in = width / n_sites;
  const grad_W_dec = matmul(f, grad_xhat, { m: d_sae, n: width, k: batch, transposeA: true })
    .map((value, i) =>
      value + grad_n[Math.floor(i / width)] * p.W_dec[i] / perSite[Math.floor(i / d_in)]
    );
  return {
    W_enc: matmul(x, grad_z, { m: width, n: d_sae, k: batch, transposeA: true }),
    W_dec: grad_W_dec,
    b_enc: sumRows(grad_z, d_sae),
    b_dec: sumRows(grad_xhat, width),
    log_threshold: grad_log_threshold,
  };
}

/** W_dec [d_sae, n_sites, d_in] → its norms per site [d_sae, n_sites], and their sums [d_sae]. */
export function decoderNorms(
  W_dec: ArrayLike<number>,
  { d_sae, n_sites }: { d_sae: number; n_sites: number },
) {
  const perSite = new Float64Array(d_sae * n_sites);
  const total = new Float64Array(d_sae);
  const d_in = W_dec.length / perSite.length;
  for (let i = 0; i < W_dec.length; i++) perSite[Math.floor(i / d_in)] += W_dec[i] ** 2;
  for (let i = 0; i < perSite.length; i++) {
    perSite[i] = Math.sqrt(perSite[i]);
    total[Math.floor(i / n_sites)] += perSite[i];
  }
  return { perSite, total };
}

function sumRows(matrix: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0; i < matrix.length; i++) sums[i % columns] += matrix[i];
  return sums;
}
