/** The step function above a learnt threshold. @module */
import source from "../../../kernels/step.wgsl" with { type: "text" };
import { exactly, expectForm, number } from "../../io/form.ts";
import { contribute } from "../contribute.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { differentiable } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowChunks, rowSlice } from "../views.ts";
import { columnSumsInto, rowsOfPart } from "./column_sums.ts";

const OPTIONS = exactly({ eps: number({ above: 0 }) });

/**
 * 1[z > θ], θ = exp(log_threshold), with the straight-through gradient of bandwidth `eps` for the
 * thresholds and none for z (Rajamanoharan et al. 2024, arXiv 2407.14435, equation 11 with a
 * rectangle as kernel). z [batch, d_sae], log_threshold [d_sae] → shaped like z.
 */
export function step(z: Tensor, log_threshold: Tensor, options: { eps: number }): Tensor {
  const { eps } = expectForm("apply step", options, OPTIONS);
  expectTensors("apply step", { z: [z] });
  expectTensors("apply step", {
    z: [z],
    log_threshold: [log_threshold, { row: z.columns }],
  }, "take z and the thresholds of one crosscoder");
  const { gpu } = z, ld = z.pitch / 4, out = empty(gpu, z.shape);
  const params = { ld, latents: z.columns, eps };
  for (const { piece, start } of rowChunks(z)) {
    launch(gpu, { name: "step", source, entry: "forward" }, {
      tensors: { z: piece, log_threshold, out: rowSlice(out, start, piece.rows) },
      params: { ...params, batch: piece.rows, part: 0, first: 0, stride: 0 },
      invocations: [ld, piece.rows],
    });
  }
  return differentiable(out, [z, log_threshold], {
    backward: (grad) => {
      const part = rowsOfPart(z.rows), sums = empty(gpu, [Math.ceil(z.rows / part), z.columns]);
      for (const { piece, start } of rowChunks(z)) {
        launch(gpu, { name: "step", source, entry: "backward" }, {
          tensors: { z: piece, log_threshold, grad: rowSlice(grad, start, piece.rows), sums },
          params: { ...params, batch: piece.rows, part, first: start / part },
          invocations: Math.ceil(piece.rows / part) * ld,
        });
      }
      contribute(log_threshold, (to, accumulate) => columnSumsInto(to, sums, { accumulate }));
      sums.release();
    },
  });
}
