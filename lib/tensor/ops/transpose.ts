/** Transposition of whole matrices. Products do not need it: they take both orders. @module */
import { loadKernel } from "../../gpu/kernel.ts";
import transposeSource from "../../../kernels/transpose.wgsl" with { type: "text" };
import type { Tensor } from "../tensor.ts";
import { rowGrid } from "./grid.ts";

/** out = aᵀ, seen as [rows, columns]. */
export function transposeInto(out: Tensor, a: Tensor): void {
  const { gpu } = a;
  if (out.rows !== a.columns || out.columns !== a.rows) {
    throw new RangeError(
      `Cannot transpose [${a.shape}]: expected a result [${a.columns}, ${a.rows}] but found ` +
        `[${out.shape}]: pass a tensor of that shape`,
    );
  }
  const kernel = loadKernel(gpu, { name: "transpose", source: transposeSource, entry: "main" });
  gpu.recorder.dispatch(kernel, {
    bindings: { a: a.range, out: out.range },
    params: { rows: a.rows, columns: a.columns, ld_in: a.pitch / 4, ld_out: out.pitch / 4 },
    workgroups: rowGrid(Math.ceil(a.pitch / 4 / 64), out.pitch / 4),
  });
}
