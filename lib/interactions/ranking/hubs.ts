/**
 * Hubs: latents whose pairs add up to much.
 *
 *   hub_i = Σ_j S_ij        relative hub_i = hub_i / E_t ‖m_i(t)‖, what a latent does with others for what it does alone
 *
 * @module
 */
import { expectNumbers } from "../../numerics/numbers.ts";
import type { LatentPairs } from "./statistics.ts";

/**
 * Row sums of the symmetric table of S, [d_sae]; S [pairs]. Throws unless S has one finite number a
 * pair.
 */
export function hubs({ d_sae, i, j }: LatentPairs, S: ArrayLike<number>): Float64Array {
  if (S.length !== i.length) {
    throw new RangeError(
      `Cannot add up hubs: expected ${i.length} scores, one a pair, but found ${S.length}: pass those ` +
        "of these pairs",
    );
  }
  expectNumbers("add up hubs", S);
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
