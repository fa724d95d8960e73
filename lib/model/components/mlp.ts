/** The hidden layer of an MLP with its points. @module */
import { geluExact } from "../../tensor/ops/gelu_exact.ts";
import { gelu, linearGelu } from "../../tensor/ops/linear.ts";
import { multiply } from "../../tensor/ops/arithmetic.ts";
import { silu } from "../../tensor/ops/silu.ts";
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

/** Those of gated MLPs. */
export const GATE_ACTIVATIONS = { silu, ...ACTIVATIONS };
/** Names of the activations of a gated MLP. */
export type GateActivationName = keyof typeof GATE_ACTIVATIONS;

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

/**
 * act(x W_gateᵀ + b_gate) · (x W_inᵀ + b_in), element by element (Shazeer, arXiv 2002.05202, eq. 6):
 * x [..., d_model], W_gate and W_in [d_mlp, d_model] → [..., d_mlp]; gives x up. TransformerLens'
 * hook_pre is the gate's, hook_pre_linear the other's.
 */
export function gatedHidden(
  pass: Pass,
  x: Tensor,
  { name, W_gate, b_gate, W_in, b_in, activation }: {
    name: string;
    W_gate: string;
    b_gate?: string;
    W_in: string;
    b_in?: string;
    activation: GateActivationName;
  },
): Tensor {
  const { points } = pass;
  const pre = points.at(`${name}.hook_pre`, project(pass, x, { W: W_gate, b: b_gate }));
  const open = GATE_ACTIVATIONS[activation](pre);
  points.drop(pre);
  const linear = points.at(`${name}.hook_pre_linear`, project(pass, x, { W: W_in, b: b_in }));
  const post = multiply(open, linear);
  points.drop(x, open, linear);
  return points.at(`${name}.hook_post`, post);
}
