/** Transposition of whole matrices. Products do not need it: they take both orders. @module */
import transposeSource from "../../../kernels/transpose.wgsl" with { type: "text" };
import { launch } from "../launch.ts";
import type { Tensor } from "../tensor.ts";

/** out = aᵀ, seen as [rows, columns]. */
export function transposeInto(out: Tensor, a: Tensor): void {
  const { gpu } = a;
  if (out.rows !== a.columns || out.columns !== a.rows) {
    throw new RangeError(
      `Cannot transpose [${a.shape}]: expected a result [${a.columns}, ${a.rows}] but found ` +
        `[${out.shape}]: pass a tensor of that shape`,
    );
  }
  launch(gpu, { name: "transpose", source: transposeSource, entry: "main" }, {
    tensors: { a, out },
    params: { rows: a.rows, columns: a.columns, ld_in: a.pitch / 4, ld_out: out.pitch / 4 },
    invocations: [a.pitch / 4, out.pitch / 4],
  });
}
