/** What the comparison with ablation calls things, in words. @module */
import type { CoderAgreement } from "../../lib/interactions/agreement/mod.ts";

const METRICS: Record<string, string> = {
  main_product_insertion: "B5c, main effects alone",
  main_product_removal: "B5c, main effects beside all others",
  B5: "B5, means per latent, alone",
  main_means: "B5, means per latent",
  B5_removal: "B5, beside all others",
  B5c: "B5c, main effects on the same tokens",
  acts_product: "B2, f_i f_j on co-active tokens",
  activation_correlation: "B2, correlation of activations",
  correlation: "B2, correlation of activations",
  activation_cosine: "B2, cosine of activations",
  count: "B1, co-activation count",
  co_activation: "B1, co-activation count",
  pmi: "B1, mutual information",
  jaccard: "B1, Jaccard",
  random: "B0, random order",
  decoder_cosine: "B3, decoder cosine at the site",
  decoder_cosine_all: "B3, decoder cosine, all sites",
  potential_insertion: "B4, insertion at mean activations",
  potential_bound: "B4, bound at mean activations",
  weights_insertion: "B4, insertion at mean activations",
  weights_bound: "B4, bound at mean activations",
  attribution_mismatch: "B7, integrated gradients less gradient",
  dominant_bound: "dominant bound (B11)",
  shapley_taylor: "Shapley-Taylor (B8)",
  archipelago: "Archipelago (B9)",
  jacobian_change: "Jacobian change (B10)",
  integrated_hessian: "integrated Hessian (B6)",
  plain_hessian: "plain Hessian (B6)",
};

/** A metric in words; the mean over co-active tokens where no statistic is named. */
export function metricWords(metric: string): string {
  const [name, ...statistic] = metric.split(" ");
  const words = METRICS[name] ?? name.replaceAll("_", " ");
  return [words, ...statistic].join(", ");
}

const TRUTHS: Record<string, string> = {
  GT2: "residual stream (GT2)",
  KL: "KL from additive",
  dloss: "loss difference",
  dlogits: "logit difference",
};

/** A ground truth in words. */
export function truthWords(truth: string): string {
  return TRUTHS[truth] ?? truth;
}

/** All metrics and baselines, in the order in which they were compared. */
export function metricsOf({ cases: [{ rows }] }: CoderAgreement): string[] {
  const { truth } = rows[0];
  return rows.filter((row) => row.truth === truth).map(({ metric }) => metric);
}
