/**
 * JumpReLU with a threshold per latent and its straight-through gradient, in float64:
 *
 *   acts[b,l]         = z[b,l] if z[b,l] > threshold[l], else 0
 *   grad_z[b,l]       = grad_acts[b,l] where z[b,l] > threshold[l], else 0
 *   grad_threshold[l] = -threshold[l]/eps Σ_b grad_acts[b,l] 1[|z[b,l] - threshold[l]| < eps/2]
 *
 * Rajamanoharan et al. 2024 (arXiv 2407.14435).
 *
 * @module
 */

/** z [batch, d_sae], threshold [d_sae] → acts [batch, d_sae]. */
export function jumprelu(z: ArrayLike<number>, threshold: ArrayLike<number>): Float64Array {
  return Float64Array.from(z, (value, i) => value > threshold[i % threshold.length] ? value : 0);
}

/** z, grad_acts [batch, d_sae], threshold [d_sae] → grad_z [batch, d_sae], grad_threshold [d_sae]. */
export function jumpreluGrad(
  z: ArrayLike<number>,
  threshold: ArrayLike<number>,
  { grad_acts, eps }: { grad_acts: ArrayLike<number>; eps: number },
) {
  const d_sae = threshold.length;
  const grad_z = new Float64Array(z.length);
  const grad_threshold = new Float64Array(d_sae);
  for (let i = 0; i < z.length; i++) {
    const l = i % d_sae;
    if (z[i] > threshold[l]) grad_z[i] = grad_acts[i];
    if (Math.abs(z[i] - threshold[l]) < eps / 2) {
      grad_threshold[l] -= threshold[l] / eps * grad_acts[i];
    }
  }
  return { grad_z, grad_threshold };
}
