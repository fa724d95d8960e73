/**
 * What a pair score costs, in products a pair-instance and block.
 *
 * @module
 */

/** Sizes of an MLP and of what is active: `active` latents a token. */
export type ScoreSizes = { d_mlp: number; d_model: number; active: number };

/** Vectors of d_mlp values that are multiplied with W_out for each instance. */
const VECTORS: Record<string, number> = {
  removal: 1,
  insertion: 1,
  archipelago: 2,
  shapley_taylor: 1,
  integrated_hessian: 1,
  plain_hessian: 1,
  jacobian_change: 2,
};

/** Numbers an instance and neuron for scores that sum sizes and need no product. */
const SUMS = [
  "gate_flips",
  "dominant_bound",
  "min_bound",
  "insertion_triangle",
  "removal_triangle",
];

/** Main effects are taken once a latent and token, and shared by its pairs. */
const MAIN = ["main_product_insertion", "main_product_removal"];

/**
 * FLOP of one instance of a metric, 2 m n k a product: 2 d_mlp d_model for each vector that the MLP
 * would write; 2 d_mlp for a sum of sizes; main effects are shared by the (active - 1) / 2 pairs a
 * latent has. Undefined for a baseline that reads no MLP.
 */
export function scoreFlops(
  metric: string,
  { d_mlp, d_model, active }: ScoreSizes,
): number | undefined {
  const vector = 2 * d_mlp * d_model;
  if (metric in VECTORS) return VECTORS[metric] * vector;
  if (SUMS.includes(metric)) return 2 * d_mlp;
  return MAIN.includes(metric) ? vector * 2 / (active - 1) : undefined;
}
