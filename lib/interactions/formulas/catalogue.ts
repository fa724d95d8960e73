/**
 * Every metric of this room in one list: what it is, what it costs, what it may be used for.
 *
 * @module
 */

/**
 * exact: the interaction itself, in its context. bound: never below it. unbiased: exact on average
 * over what is sampled. approximate: neither.
 */
export type Standing = "exact" | "bound" | "unbiased" | "approximate";

/** `operations`: of a neuron on a token for an MLP, of a row for attention, of a pair for weights. */
export type CataloguedMetric = {
  id: string;
  at: "MLP" | "attention" | "weights";
  formula: string;
  operations: string;
  standing: Standing;
};

/** n features are active on a token, K keys in a row, M neurons in an MLP, d_model is a vector. */
export const CATALOGUE: readonly CataloguedMetric[] = [
  mlp("excess", "φ(z) − φ(c) − Σ [φ(c + a_i) − φ(c)]", "n", "exact"),
  mlp("insertion", "I(a_i, a_j; c)", "n²/2", "exact"),
  mlp("removal", "I(a_i, a_j; z − a_i − a_j)", "n²/2", "exact"),
  mlp("archipelago", "½ (insertion² + removal²)", "n²/2", "exact"),
  mlp("shapley_taylor", "mean over m orders of I at the earlier's turn", "m n²/2", "unbiased"),
  mlp("telescoping", "Δφ(s) − Δφ(c) by falling |a|", "n", "exact"),
  mlp("integrated_hessian", "a_i a_j ∫ u ln(1/u) φ″(c + uS) du", "n + n²/2", "approximate"),
  mlp("plain_hessian", "a_i a_j φ″(z)", "n²/2", "approximate"),
  mlp("jacobian_change", "a_i [φ′(z) − φ′(z − a_j)]", "n²", "approximate"),
  mlp("gate_flips", "|a_i| 1[removing j flips the gate]", "n²", "approximate"),
  mlp("dominant_bound", "osc Σ_{j ≠ i*} |a_j|", "n", "bound"),
  mlp("few_hot_bound", "osc (Σ |a| − Σ_{m largest} |a|)", "n log n", "bound"),
  mlp("min_bound", "osc min(|a_i|, |a_j|)", "n²/2", "bound"),
  mlp("curvature_bound", "max |φ″| |a_i a_j|", "n²/2", "bound"),
  mlp("pair_norm", "‖Σ_k I_k w_out,k‖", "n²/2 (1 + d_model)", "exact"),
  mlp("triangle_norm", "Σ_k |I_k| ‖w_out,k‖", "n²/2", "bound"),
  weights("weight_screen", "Σ_k ‖w_out,k‖ osc min(|μ_i w_ik|, |μ_j w_jk|)", "M", "bound"),
  weights("bilinear_form", "2 f_i f_j d_iᵀ Q d_j", "d_model²", "exact"),
  attention("score_term", "f_i(q) f_j(k) Ω_ij", "K", "exact"),
  attention("first_order", "A |γ| ‖v_k − y‖", "K d_model", "approximate"),
  attention("edge_removal", "(A − σ(logit A − γ)) (v_k − y) / (1 − A)", "K d_model", "exact"),
  attention("row_removal", "A′ ∝ A exp(−f_i f_j Ω_ij)", "K d_model", "exact"),
  attention("variation_bound", "tanh(range / 4) diam{v}", "K² d_model", "bound"),
  attention("cross_position", "y − y(∖k) − y(∖k′) + y(∖k, k′)", "K² d_model", "exact"),
  attention("participation", "1 − Σ A²", "K", "exact"),
];

type Rest = [id: string, formula: string, operations: string, standing: Standing];

function mlp(...rest: Rest): CataloguedMetric {
  return metric("MLP", rest);
}

function weights(...rest: Rest): CataloguedMetric {
  return metric("weights", rest);
}

function attention(...rest: Rest): CataloguedMetric {
  return metric("attention", rest);
}

function metric(
  at: CataloguedMetric["at"],
  [id, formula, operations, standing]: Rest,
): CataloguedMetric {
  return { id, at, formula, operations, standing };
}
