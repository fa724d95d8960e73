/** Another shape for the same values, with a gradient. @module */
import { contributeShared } from "../contribute.ts";
import { differentiable, wantsGradient } from "../tape.ts";
import { expectTensors } from "../expect.ts";
import { empty, type Tensor } from "../tensor.ts";
import { alias, sameLayout, share } from "../views.ts";
import { repackInto } from "./repack.ts";

/**
 * The same values under another shape, with a gradient; a tensor of its own, released like any
 * other result. It shares the memory, unless rows are padded otherwise there: then it is a copy.
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  expectTensors("reshape", { x: [x, { dtype: "any" }] });
  const shared = sameLayout(x, shape);
  const y = shared ? share(x, shape) : repacked(x, shape);
  return differentiable(y, [x], {
    backward: (grad) => {
      if (shared) return contributeShared(x, alias(grad, x.shape));
      const own = repacked(grad, x.shape);
      contributeShared(x, own);
      own.release();
    },
  });
}

function repacked(x: Tensor, shape: readonly number[]): Tensor {
  expectTensors("reshape", { x: [x] });
  const y = empty(x.gpu, shape);
  repackInto(y, x);
  return y;
}

/**
 * The same values under another shape, borrowed: not to be released, and of no use after the tensor
 * that it was made of. The last axis may change only between multiples of four, since rows are
 * padded to those. Where a gradient is wanted it is `reshape`, which the tape releases.
 */
export function view(x: Tensor, shape: readonly number[]): Tensor {
  expectTensors("reshape", { x: [x, { dtype: "any" }] });
  const borrowed = alias(x, shape);
  return wantsGradient(x.gpu, [x]) ? reshape(x, shape) : borrowed;
}
