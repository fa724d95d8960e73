/**
 * λ_P Σ_i max(θ_i − z_i, 0) n_i, the mean over the batch: pulls latents that do not fire towards
 * their threshold, and so brings dead ones back (Anthropic, January 2025 update). It acts on the
 * true z. For a JumpReLU.
 * @module
 */
import { type Form, number } from "../../io/form.ts";
import { multiply, scale, subtract } from "../../tensor/ops/arithmetic.ts";
import { sum } from "../../tensor/ops/sum.ts";
import { exp, relu } from "../../tensor/ops/unary.ts";
import type { Loss } from "./loss.ts";

const settings: { lambda_P: Form<number> } = { lambda_P: number({ least: 0 }) };

export const pre_activation: Loss<typeof settings> = {
  name: "pre_activation",
  settings,
  compute: ({ z, tensors: { log_threshold }, norms }, { lambda_P }) => {
    const below = relu(scale(subtract(z, exp(log_threshold)), -1));
    return sum(multiply(below, norms("sum")[0]), { factor: lambda_P / z.rows });
  },
};
