/**
 * f = z · 1[z > θ] with a threshold a latent, trained as its logarithm by a straight-through
 * estimator of bandwidth `eps` (Rajamanoharan et al. 2024, arXiv 2407.14435, section 3; Anthropic,
 * January 2025 update).
 * @module
 */
import { type Form, number } from "../../io/form.ts";
import { jumprelu as applyJumprelu } from "../../tensor/ops/jumprelu.ts";
import type { Activation } from "./activation.ts";
import { aboveThreshold, logThresholds } from "./thresholds.ts";

const config = {};
const settings: { eps: Form<number> } = { eps: number({ above: 0 }) };

export const jumprelu: Activation<typeof config, typeof settings> = {
  config,
  settings,
  saved: ["threshold"],
  movesThreshold: true,
  parameters: ({ threshold }) => ({ log_threshold: logThresholds(threshold) }),
  apply: (z, { tensors }, { eps }) => applyJumprelu(z, tensors.log_threshold, { eps }),
  encode: (z, { tensors }) => applyJumprelu(z, tensors.log_threshold),
  host: aboveThreshold,
  save: ({ log_threshold: { shape, data } }) => ({
    threshold: { shape, data: data.map(Math.exp) },
  }),
};
