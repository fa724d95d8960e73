/** A linear layer of a block. @module */
import { linear } from "../../tensor/ops/linear.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { adapted } from "./adapter.ts";
import type { Pass } from "./pass.ts";

/** The names of its parameters: W [out, in], b [out]; `addend` [..., out] is added to the result. */
export type Projection = { W: string; b?: string; addend?: Tensor };

/** x Wᵀ + b (+ addend), and what an adapter of W adds: x [..., in] → [..., out]. */
export function project(pass: Pass, x: Tensor, { W, b, addend }: Projection): Tensor {
  const { points, weight, adapters } = pass, adapter = adapters?.get(W);
  const y = linear(x, weight(W), { bias: b === undefined ? undefined : weight(b), addend });
  return adapter === undefined ? y : adapted(points, { x, y }, adapter);
}
