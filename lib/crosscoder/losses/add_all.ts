/** Several numbers added up. @module */
import { add } from "../../tensor/ops/arithmetic.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** The sum of tensors of one shape, with a gradient; of one tensor, that tensor. */
export function addAll([first, ...more]: readonly Tensor[]): Tensor {
  return more.reduce((sum, tensor) => add(sum, tensor), first);
}
