/** How large the rows of a matrix on the device are. @module */
import source from "../../../kernels/interactions/row_sizes.wgsl" with { type: "text" };
import { launch } from "../../tensor/launch.ts";
import { rowGroupConstants, rowGroupKernel } from "../../tensor/ops/row_group.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** out[first + r] = ‖a[r, ·]‖ of a [rows, n], out [at least first + rows]. */
export function rowNormsInto(out: Tensor, a: Tensor, first = 0): void {
  run("norms", a, { a, out }, first);
}

/** out[first + r] = Σ_k weight[k] |a[r, k]| of a [rows, n], weight [n]. */
export function weightedSizesInto(out: Tensor, a: Tensor, weight: Tensor, first = 0): void {
  run("weighted", a, { a, weight, out }, first);
}

function run(entry: string, a: Tensor, tensors: Record<string, Tensor>, first: number): void {
  const { WG, LANES } = rowGroupConstants(a.gpu);
  launch(a.gpu, rowGroupKernel(a.gpu, { name: "interactions/row_sizes", source, entry }), {
    tensors,
    params: { rows: a.rows, ld: a.pitch / 4, first },
    workgroups: Math.ceil(a.rows / (WG / LANES)),
  });
}
