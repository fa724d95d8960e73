/**
 * Hubs: latents whose pairs add up to much.
 *
 *   hub_i = Σ_j S_ij        relative hub_i = hub_i / E_t ‖m_i(t)‖, what a latent does with others for what it does alone
 *
 * @module
 */
import type { Pairs } from "./statistics.ts";

/** Row sums of the symmetric table of S, [d_sae]; S [pairs]. */
export function hubs({ d_sae, i, j }: Pairs, S: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(d_sae);
  i.forEach((latent, p) => {
    sums[latent] += S[p];
    sums[j[p]] += S[p];
  });
  return sums;
}

/**
 * Each hub over its latent's main effect [d_sae], both in one unit (means over all tokens); 0 of a
 * latent without a main effect, which never fires.
 */
export function relativeHubs(sums: Float64Array, main: ArrayLike<number>): Float64Array {
  return sums.map((sum, latent) => main[latent] > 0 ? sum / main[latent] : 0);
}
