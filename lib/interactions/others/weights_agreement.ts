/**
 * Do the pair weights of a quadratic decoder tell which latents interact? Beside what co-activation
 * alone tells.
 * @module
 */
import { pearson, spearman } from "../../numerics/rank_correlation.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import type { PairList } from "../pairs/instances.ts";

/**
 * Pearson correlations with the number of tokens that a pair shares, over pairs: of the weights, and
 * of the covariance of the two latents' activations (arXiv 2602.01322 has .06 and .82).
 */
export type CoOccurrence = { weights: number; covariance: number };

/** `count` [pairs]: tokens that both are active at, of those of `active`. */
export function coOccurrence(
  { weights, pairs, count }: {
    weights: ArrayLike<number>;
    pairs: PairList;
    count: ArrayLike<number>;
  },
  active: ActiveLatents,
): CoOccurrence {
  return {
    weights: pearson(weights, count),
    covariance: pearson(covariances(active, pairs), count),
  };
}

/** E f_i f_j − E f_i E f_j over all tokens, of each pair. */
export function covariances(
  { tokens, d_sae, start, latent, act }: ActiveLatents,
  { i, j }: Pick<PairList, "i" | "j">,
): Float64Array {
  const means = new Float64Array(d_sae);
  latent.forEach((unit, e) => means[unit] += act[e] / tokens);
  const place = new Map(Array.from(i, (first, p) => [first * d_sae + j[p], p]));
  const products = new Float64Array(i.length);
  for (let t = 0; t < tokens; t++) {
    for (let e = start[t]; e < start[t + 1]; e++) {
      for (let g = e + 1; g < start[t + 1]; g++) {
        const p = place.get(latent[e] * d_sae + latent[g]);
        if (p !== undefined) products[p] += act[e] * act[g] / tokens;
      }
    }
  }
  return products.map((product, p) => product - means[i[p]] * means[j[p]]);
}

/**
 * Rank agreement with a measured interaction [pairs]: of the weights; of weight times E[f_i f_j]
 * where both are active, which is what the decoder adds; of that product alone; and the share of the
 * `top` strongest pairs that are among as many largest weights.
 */
export type WeightsAgreement = {
  weights: number;
  added: number;
  acts: number;
  precision: number;
  chance: number;
};

/** All arrays [pairs]. */
export function weightsAgreement(
  { weights, acts, interaction }: Record<"weights" | "acts" | "interaction", ArrayLike<number>>,
  { top }: { top: number },
): WeightsAgreement {
  const added = Array.from(weights, (weight, p) => weight * acts[p]);
  const most = Math.min(top, interaction.length);
  const largest = (values: ArrayLike<number>) =>
    Array.from(values, (_, p) => p).sort((a, b) => values[b] - values[a] || a - b).slice(0, most);
  const strongest = new Set(largest(interaction));
  const found = largest(weights).filter((p) => strongest.has(p)).length;
  return {
    weights: spearman(weights, interaction),
    added: spearman(added, interaction),
    acts: spearman(acts, interaction),
    precision: found / most,
    chance: most / interaction.length,
  };
}
