/** Another shape for the same values, with a gradient. @module */
import { contributeShared, differentiable } from "../tape.ts";
import { type Tensor, view } from "../tensor.ts";

/** `view` that shares the memory and passes its gradient on; released like any other result. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  const y = view(x, shape);
  x.storage.references++;
  return differentiable(y, [x], {
    backward: () => contributeShared(x, view(y.grad!, x.shape)),
  });
}
