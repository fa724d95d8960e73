/** The MLP of a block, from the norm before it to the stream that it adds to. @module */
import type { Tensor } from "../../tensor/tensor.ts";
import { type ActivationName, type GateActivationName, gatedHidden, mlpHidden } from "./mlp.ts";
import { norm, type NormOptions } from "./norm.ts";
import { addOutput } from "./output.ts";
import type { Pass } from "./pass.ts";
import { project } from "./project.ts";

/** The parameters, and what the MLP applies. */
export type MlpLayer = {
  layer: number;
  names:
    & { ln2: Pick<NormOptions, "w" | "b"> }
    & Record<
      "W_in" | "b_in" | "W_out" | "b_out",
      string
    >;
  eps: number;
  activation: ActivationName;
};

/**
 * stream + W_out act(W_in LN2(x) + b_in) + b_out: x and stream [batch, pos, d_model], which stay;
 * often they are the same.
 */
export function mlpLayer(
  pass: Pass,
  { x, stream }: { x: Tensor; stream: Tensor },
  { layer, names: { ln2, W_in, b_in, W_out, b_out }, eps, activation }: MlpLayer,
): Tensor {
  const { points } = pass, name = `blocks.${layer}`;
  const normalized = norm(pass, x, { name: `${name}.ln2`, ...ln2, eps });
  points.reads(`${name}.ln2.hook_normalized`, "mlp");
  const hidden = mlpHidden(pass, normalized, { name: `${name}.mlp`, W_in, b_in, activation });
  const result = addOutput(pass, stream, {
    name: `${name}.hook_mlp_out`,
    make: (addend) => project(pass, hidden, { W: W_out, b: b_out, addend }),
  });
  points.drop(hidden);
  return result;
}

/** The same of a gated MLP; its biases may be missing. */
export type GatedMlpLayer = {
  layer: number;
  names: { ln2: Pick<NormOptions, "w" | "b"> } & GatedNames;
  eps: number;
  activation: GateActivationName;
};

type GatedNames =
  & Record<"W_gate" | "W_in" | "W_out", string>
  & Partial<Record<"b_gate" | "b_in" | "b_out", string>>;

/**
 * stream + W_out (act(W_gate LN2(x) + b_gate) · (W_in LN2(x) + b_in)) + b_out: x and stream [batch,
 * pos, d_model], which stay; often they are the same.
 */
export function gatedMlpLayer(
  pass: Pass,
  { x, stream }: { x: Tensor; stream: Tensor },
  { layer, names: { ln2, W_out, b_out, ...rest }, eps, activation }: GatedMlpLayer,
): Tensor {
  const { points } = pass, name = `blocks.${layer}`;
  const normalized = norm(pass, x, { name: `${name}.ln2`, ...ln2, eps });
  points.reads(`${name}.ln2.hook_normalized`, "mlp");
  const hidden = gatedHidden(pass, normalized, { name: `${name}.mlp`, ...rest, activation });
  const result = addOutput(pass, stream, {
    name: `${name}.hook_mlp_out`,
    make: (addend) => project(pass, hidden, { W: W_out, b: b_out, addend }),
  });
  points.drop(hidden);
  return result;
}
