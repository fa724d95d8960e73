/** Another shape for the same values, with a gradient. @module */
import { contributeShared } from "../contribute.ts";
import { differentiable, wantsGradient } from "../tape.ts";
import { expectTensors } from "../expect.ts";
import { alias, share } from "../views.ts";
import type { Tensor } from "../tensor.ts";

/**
 * The same values under another shape, with a gradient; a tensor of its own, released like any
 * other result. The last axis may change only between multiples of four, since rows are padded to
 * those.
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  expectTensors("reshape", { x: [x, { dtype: "any" }] });
  const y = share(x, shape);
  return differentiable(y, [x], {
    backward: (grad) => contributeShared(x, alias(grad, x.shape)),
  });
}

/**
 * The same values under another shape, borrowed: not to be released, and of no use after the tensor
 * that it was made of. Where a gradient is wanted it is `reshape`, which the tape releases.
 */
export function view(x: Tensor, shape: readonly number[]): Tensor {
  expectTensors("reshape", { x: [x, { dtype: "any" }] });
  return wantsGradient(x.gpu, [x]) ? reshape(x, shape) : alias(x, shape);
}
