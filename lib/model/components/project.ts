/** A linear layer of a block. @module */
import { linear } from "../../tensor/ops/linear.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Pass } from "./pass.ts";

/** The names of its parameters: W [out, in], b [out]; `addend` [..., out] is added to the result. */
export type Projection = { W: string; b?: string; addend?: Tensor };

/** x Wᵀ + b (+ addend): x [..., in] → [..., out]. */
export function project(pass: Pass, x: Tensor, { W, b, addend }: Projection): Tensor {
  return linear(x, pass.weight(W), { bias: b === undefined ? undefined : pass.weight(b), addend });
}
