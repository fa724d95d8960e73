/** Rows that may not turn far from where they started: soft-frozen decoders. @module */
import source from "../../kernels/cone.wgsl" with { type: "text" };
import { expectTensors } from "../tensor/expect.ts";
import { launch } from "../tensor/launch.ts";
import { MOST_ITERATIONS } from "../tensor/ops/grid.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { rowChunks, rowSlice } from "../tensor/views.ts";

/**
 * Turns each row of w [rows, n] whose cosine with its row of `directions` is below `cosine` back to
 * that cosine, in the plane of the two; its norm stays.
 */
export function turnIntoCone(
  w: Tensor,
  directions: Tensor,
  { cosine }: { cosine: number },
): void {
  expectTensors("turn rows back", { w: [w], directions: [directions, { shape: w.shape }] });
  const width4 = w.pitch / 4;
  if (2 * width4 > MOST_ITERATIONS) {
    throw new RangeError(
      `Cannot turn rows back: expected rows of at most ${2 * MOST_ITERATIONS} values but found ` +
        `${w.columns}: take fewer sites`,
    );
  }
  for (const { piece, start } of rowChunks(w)) {
    launch(w.gpu, { name: "cone", source, entry: "main" }, {
      tensors: { w: piece, directions: rowSlice(directions, start, piece.rows) },
      params: { rows: piece.rows, width4, cosine },
      invocations: piece.rows,
    });
  }
}
