/** The dominant-feature metric as a table over features, and as a score of a token. @module */
import { dominantFeature, dominantRest } from "./dominant.ts";

/**
 * The active latents of a token at one MLP: a [n][d_mlp], rows as `latents` [n]; out_norms [d_mlp]
 * is ‖w_out,k‖.
 */
export type DominantToken = {
  latents: ArrayLike<number>;
  a: readonly ArrayLike<number>[];
  out_norms: ArrayLike<number>;
};

/**
 * Adds a token to table [d_sae, d_sae], row = dominant latent, column = disturbing one:
 * Σ_k ‖w_out,k‖ / d_mlp |a_jk|. Many neurons of a token share their pair: every one of them counts,
 * which an indexed assignment would lose (released code of arXiv 2606.09940 does). Divide by the
 * number of tokens for the mean.
 */
export function addDominant(table: Float64Array, { latents, a, out_norms }: DominantToken): void {
  const d_sae = Math.sqrt(table.length), d_mlp = out_norms.length;
  for (let k = 0; k < d_mlp; k++) {
    const dominant = dominantFeature(column(a, k));
    if (dominant === undefined) continue;
    for (let j = 0; j < a.length; j++) {
      if (j === dominant) continue;
      table[latents[dominant] * d_sae + latents[j]] += out_norms[k] / d_mlp * Math.abs(a[j][k]);
    }
  }
}

/** Σ_k ‖w_out,k‖ Σ_{j ≠ i*} |a_jk|: how much a token's features disturb one another at an MLP. */
export function tokenScore({ a, out_norms }: Omit<DominantToken, "latents">): number {
  let sum = 0;
  for (let k = 0; k < out_norms.length; k++) sum += out_norms[k] * dominantRest(column(a, k));
  return sum;
}

function column(a: readonly ArrayLike<number>[], k: number): number[] {
  return a.map((row) => row[k]);
}
