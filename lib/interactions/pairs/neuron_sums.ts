/** What neuron_scores.wgsl adds up: names, in its order. @module */

/**
 * Sums over the neurons of a token, weighted with ‖w_out,k‖ where nothing else is said. E is the
 * exact excess.
 *
 *   excess               |E|
 *   telescoping          Σ_j |e_j|, dominant telescoping
 *   shapley_taylor       Σ_{i<j} |STI_ij| of one order of the latents
 *   dominant             osc φ' (Σ|a| − max|a|)
 *   few_2, few_3, few_5  osc φ' (Σ|a| − m largest), bounds of missed_m = |E − E(m largest alone)|
 *   min, min_open        osc φ' Σ_{i<j} min(|a_i|, |a_j|), of ReLU where the kink is in reach; everywhere
 *   insertion_gap        |Σ_{i<j} I(a_i, a_j; c) − E|, removal_gap: the same with the removal context
 *   share                max|a| / Σ|a|, unweighted, over neurons with any contribution
 *   flips                neurons whose sign some single removal turns, counted
 *   mass                 Σ|a|
 *   neurons              neurons with any contribution, counted
 */
export const NEURON_SUMS = [
  "excess",
  "telescoping",
  "shapley_taylor",
  "dominant",
  "few_2",
  "few_3",
  "few_5",
  "missed_2",
  "missed_3",
  "missed_5",
  "min",
  "min_open",
  "insertion_gap",
  "removal_gap",
  "share",
  "flips",
  "mass",
  "neurons",
] as const;

/**
 * Largest values over all neuron-tokens: errors of the two sums that equal E in exact arithmetic,
 * and |e_j| / (osc |a_j|) (of |a_j| above 1e-3), which is at most 1.
 */
export const NEURON_MAXIMA = ["telescoping_error", "shapley_taylor_error", "term_ratio"] as const;

/**
 * Neuron-tokens at which something is above its bound by more than 1e-5 (1 + |z|): all must be 0.
 * lipschitz: |φ(z) − φ(c + a_dominant)| above max|φ'| Σ_{j ≠ dominant} |a_j|; term: some |e_j| above osc
 * |a_j|. kink_gate counts |E| > 1e-4 where no subset of the latents reaches 0, which only ReLU rules
 * out.
 */
export const NEURON_VIOLATIONS = [
  "dominant",
  "lipschitz",
  "term",
  "few_2",
  "few_3",
  "few_5",
  "min",
  "telescoping",
  "shapley_taylor",
  "kink_gate",
] as const;

/** Bounds whose quotient with |E| is counted. */
export const RATIO_BOUNDS = ["telescoping", "shapley_taylor", "dominant", "min"] as const;

/** log10(bound / |E|) of bin b begins at −1 + b / 20; the first and the last hold what is beyond. */
export const RATIO_BINS = { count: 100, from: -1, width: 1 / 20 };

/** A sum over the neurons of a layer. */
export type NeuronSum = typeof NEURON_SUMS[number];
/** A maximum over the neurons of a layer. */
export type NeuronMaximum = typeof NEURON_MAXIMA[number];
/** A count of neurons whose bound does not hold. */
export type NeuronViolation = typeof NEURON_VIOLATIONS[number];
/** A bound that is compared with a sum as a ratio. */
export type RatioBound = typeof RATIO_BOUNDS[number];
