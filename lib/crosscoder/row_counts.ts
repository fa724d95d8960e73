/** How many latents fire on a row. @module */
import source from "../../kernels/latents.wgsl" with { type: "text" };
import { launch } from "../tensor/launch.ts";
import { MOST_ITERATIONS } from "../tensor/ops/grid.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import { rowChunks } from "../tensor/views.ts";

/** acts [rows, d_sae] → number of firing latents for each row, u32 [rows]. */
export function rowCounts(acts: Tensor): Tensor {
  const counts = empty(acts.gpu, [acts.rows], "u32");
  for (const { piece, start } of rowChunks(acts, acts.pitch, MOST_ITERATIONS)) {
    launch(acts.gpu, { name: "latents", source, entry: "row_counts" }, {
      tensors: { acts: piece, counts },
      params: { rows: piece.rows, first: start, ld: acts.pitch / 4, latents: acts.columns },
      invocations: piece.rows,
    });
  }
  return counts;
}
