/** What a layer adds to the residual stream. @module */
import { add } from "../../tensor/ops/arithmetic.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Pass } from "./pass.ts";

/**
 * stream + the layer's output: `make(stream)` in one product, unless the output itself is wanted at
 * the point `name`.
 */
export function addOutput(
  { points }: Pass,
  stream: Tensor,
  { name, make }: { name: string; make: (addend?: Tensor) => Tensor },
): Tensor {
  if (!points.wants(name)) return make(stream);
  const out = points.at(name, make());
  const sum = add(out, stream);
  points.drop(out);
  return sum;
}
