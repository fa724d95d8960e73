/** SiLU, the nonlinearity of gated MLPs. @module */
import source from "../../../kernels/silu.wgsl" with { type: "text" };
import { contributeShared } from "../contribute.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { differentiable } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { flatChunks } from "./grid.ts";

/** x / (1 + e^(−x)), same shape: SiLU (Elfwing et al., arXiv 1702.03118, eq. 8), also called swish. */
export function silu(x: Tensor): Tensor {
  expectTensors("apply silu", { x: [x] });
  const y = empty(x.gpu, x.shape);
  run("silu", { a: x, out: y });
  return differentiable(y, [x], {
    backward: (grad) => {
      const own = empty(x.gpu, x.shape);
      run("silu_backward", { a: x, b: grad, out: own });
      contributeShared(x, own);
      own.release();
    },
  });
}

function run(entry: string, { a, b, out }: { a: Tensor; b?: Tensor; out: Tensor }): void {
  for (const [start, size] of flatChunks(out.gpu, out.size)) {
    const part = (tensor?: Tensor) => tensor?.part(start, size);
    launch(out.gpu, { name: "silu", source, entry }, {
      tensors: { a: part(a), b: part(b), out: part(out) },
      params: { count4: size / 4 },
      invocations: size / 4,
    });
  }
}
