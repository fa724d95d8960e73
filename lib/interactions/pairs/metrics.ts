/**
 * The scores of a pair at a token, and of what they are put together: parts, matrices [instances,
 * d_mlp] that a kernel makes, each taken as a vector of the residual stream or neuron by neuron.
 * @module
 */

/**
 * Scores of two latents i, j active at one token t; a is a latent's contribution to a neuron.
 *
 *   removal, insertion      ‖v_ij(t)‖, v = Σ_k I(a_ik, a_jk; rest) w_out,k with all others present, with none
 *   archipelago             √(½ (insertion² + removal²)), after Tsang et al. 2020 (arXiv 2006.10965)
 *   shapley_taylor          ‖Σ_k STI_ij,k w_out,k‖, order 2 (Sundararajan et al. 2020), permutations sampled
 *   integrated_hessian      ‖Σ_k Γ_ij,k w_out,k‖ (Janizek, Sun and Lee 2021); plain_hessian: a_i a_j φ''(z) instead
 *   jacobian_change         ‖f_i (J_i(x) − J_i(x∖j))‖ + ‖f_j (J_j(x) − J_j(x∖i))‖, J_i the slope of the output by f_i
 *   gate_flips              Σ_k ‖w_out,k‖ (|a_ik| 1[removing j turns the sign of z_k] + |a_jk| 1[removing i turns it])
 *   dominant_bound          Σ_k ‖w_out,k‖ / M · ½ (|a_jk| where i dominates neuron k, |a_ik| where j does): the metric of
 *                           Manning-Coe et al. 2026 (arXiv 2606.09940), (I + Iᵀ) / 2
 *   min_bound               Σ_k ‖w_out,k‖ osc min(|a_ik|, |a_jk|), of ReLU where the active latents reach the kink
 *   *_triangle              Σ_k ‖w_out,k‖ |I_k|, which is at least ‖v_ij(t)‖
 *   acts_product            f_i f_j
 *   main_product_*          √(‖m_i(t)‖ ‖m_j(t)‖): main effects of the same token, no interaction in it
 *
 * gate_flips and jacobian_change are the sums of two directed scores.
 */
export const PAIR_METRICS = [
  "removal",
  "insertion",
  "archipelago",
  "shapley_taylor",
  "integrated_hessian",
  "plain_hessian",
  "jacobian_change",
  "gate_flips",
  "dominant_bound",
  "min_bound",
  "insertion_triangle",
  "removal_triangle",
  "acts_product",
  "main_product_insertion",
  "main_product_removal",
] as const;

/** The name of a score. */
export type PairMetric = typeof PAIR_METRICS[number];

/** A matrix [instances, d_mlp] of one mode of the kernel, and what it is read with. */
export type Part =
  | "insertion"
  | "removal"
  | "shapley_taylor"
  | "integrated_hessian"
  | "plain_hessian"
  | "slope_i"
  | "slope_j"
  | "flips"
  | "dominant"
  | "dominant_i"
  | "dominant_j"
  | "least";

/** norm: ‖D W_out‖ of each row; size: Σ_k ‖w_out,k‖ |D_k|. */
export type Measure = { part: Part; by: "norm" | "size" };

/** A score from its measures, which are one number an instance each. */
export type Recipe = {
  of: readonly Measure[];
  score?: (values: readonly number[], d_mlp: number) => number;
};

const norm = (part: Part): Measure => ({ part, by: "norm" });
const size = (part: Part): Measure => ({ part, by: "size" });

/** The recipes of the scores that kernels compute. */
export const RECIPES: Partial<Record<PairMetric, Recipe>> = {
  removal: { of: [norm("removal")] },
  insertion: { of: [norm("insertion")] },
  archipelago: {
    of: [norm("insertion"), norm("removal")],
    score: ([a, b]) => Math.sqrt((a * a + b * b) / 2),
  },
  shapley_taylor: { of: [norm("shapley_taylor")] },
  integrated_hessian: { of: [norm("integrated_hessian")] },
  plain_hessian: { of: [norm("plain_hessian")] },
  jacobian_change: { of: [norm("slope_i"), norm("slope_j")], score: ([a, b]) => a + b },
  gate_flips: { of: [size("flips")] },
  dominant_bound: { of: [size("dominant")], score: ([both], d_mlp) => both / (2 * d_mlp) },
  min_bound: { of: [size("least")] },
  insertion_triangle: { of: [size("insertion")] },
  removal_triangle: { of: [size("removal")] },
};
