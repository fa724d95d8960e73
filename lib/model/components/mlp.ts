/** The hidden layer of an MLP with its points. @module */
import { geluExact } from "../../tensor/ops/gelu_exact.ts";
import { gelu, linearGelu } from "../../tensor/ops/linear.ts";
import { relu } from "../../tensor/ops/unary.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Pass } from "./pass.ts";
import { project } from "./project.ts";

/**
 * Nonlinearities by the names of transformers: gelu_new is the tanh form, gelu the one with erf.
 */
export const ACTIVATIONS = { gelu_new: gelu, gelu: geluExact, relu };

/** The name of a nonlinearity. */
export type ActivationName = keyof typeof ACTIVATIONS;

/**
 * act(x W_inᵀ + b_in): x [..., d_model], the parameters W_in [d_mlp, d_model], b_in [d_mlp] → [...,
 * d_mlp]; gives x up.
 */
export function mlpHidden(
  pass: Pass,
  x: Tensor,
  { name, W_in, b_in, activation }: {
    name: string;
    W_in: string;
    b_in: string;
    activation: ActivationName;
  },
): Tensor {
  const { points, weight } = pass;
  const [hook_pre, hook_post] = [`${name}.hook_pre`, `${name}.hook_post`];
  if (activation === "gelu_new" && !points.edits(hook_pre) && !pass.adapters?.has(W_in)) {
    const { pre, post } = linearGelu(x, weight(W_in), weight(b_in));
    points.drop(x, points.at(hook_pre, pre));
    return points.at(hook_post, post);
  }
  const pre = points.at(hook_pre, project(pass, x, { W: W_in, b: b_in }));
  const post = ACTIVATIONS[activation](pre);
  points.drop(x, pre);
  return points.at(hook_post, post);
}
