/** GELU with the normal distribution itself. @module */
import source from "../../../kernels/gelu_exact.wgsl" with { type: "text" };
import { contributeShared } from "../contribute.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { differentiable } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { flatChunks } from "./grid.ts";

/**
 * x Φ(x), same shape, as torch.nn.GELU() has it, to some units in the last place; gelu() is the
 * tanh form gelu_new.
 */
export function geluExact(x: Tensor): Tensor {
  expectTensors("apply exact gelu", { x: [x] });
  const y = empty(x.gpu, x.shape);
  run("gelu_exact", { a: x, out: y });
  return differentiable(y, [x], {
    backward: (grad) => {
      const own = empty(x.gpu, x.shape);
      run("gelu_exact_backward", { a: x, b: grad, out: own });
      contributeShared(x, own);
      own.release();
    },
  });
}

function run(entry: string, { a, b, out }: { a: Tensor; b?: Tensor; out: Tensor }): void {
  for (const [start, size] of flatChunks(out.gpu, out.size)) {
    const part = (tensor?: Tensor) => tensor?.part(start, size);
    launch(out.gpu, { name: "gelu_exact", source, entry }, {
      tensors: { a: part(a), b: part(b), out: part(out) },
      params: { count4: size / 4 },
      invocations: size / 4,
    });
  }
}
