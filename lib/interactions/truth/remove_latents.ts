/** Taking latents out of rows of activations, on the device. @module */
import source from "../../../kernels/interactions/remove_latents.wgsl" with { type: "text" };
import type { Gpu } from "../../gpu/gpu.ts";
import { expectTensors } from "../../tensor/expect.ts";
import { launch } from "../../tensor/launch.ts";
import { copyInto } from "../../tensor/ops/elementwise.ts";
import { withoutGradient } from "../../tensor/tape.ts";
import { empty, type Tensor, upload, uploadIds } from "../../tensor/tensor.ts";
import { alias, rowChunks } from "../../tensor/views.ts";

/** Latents that are taken out of one row. */
export const EACH = 2;

/**
 * What is taken out of each row: `latents` u32 and `amounts` [rows · 2], in units of the latent's
 * activation; 0 takes nothing. Dispose of it when done.
 */
export type Removal = { latents: Tensor; amounts: Tensor; [Symbol.dispose](): void };

/** Uploads latents and amounts, two a row. */
export function uploadRemoval(gpu: Gpu, latents: Uint32Array, amounts: Float32Array): Removal {
  using owned = new DisposableStack();
  const tensors = {
    latents: owned.use(uploadIds(gpu, [latents.length], latents)),
    amounts: owned.use(upload(gpu, { shape: [amounts.length], data: amounts })),
  };
  const kept = owned.move();
  return { ...tensors, [Symbol.dispose]: () => kept.dispose() };
}

/**
 * x [rows, ...] without Σ_e amounts[r, e] · table[latents[r, e]], as a new tensor of that shape:
 * table [d_sae, width] is what one unit of each latent adds to a row.
 */
export function removeLatents(x: Tensor, table: Tensor, { latents, amounts }: Removal): Tensor {
  const { gpu } = x, width = table.columns, rows = latents.columns / EACH;
  const action = "remove latents";
  expectTensors(action, {
    x: [x],
    table: [table],
    latents: [latents, { dtype: "u32", shape: [rows * EACH] }],
    amounts: [amounts, { shape: [rows * EACH] }],
  });
  if (x.size !== rows * table.pitch) {
    throw new RangeError(
      `Cannot ${action}: expected ${rows} rows of ${width} values but found [${x.shape}]: ` +
        "pass what stands at the point of the table, a row for each removal",
    );
  }
  const out = empty(gpu, x.shape);
  copyInto(out, x);
  for (const { piece, start: first_row } of rowChunks(alias(out, [rows, width]))) {
    for (const { piece: part, start: first } of rowChunks(table)) {
      launch(gpu, { name: "interactions/remove_latents", source, entry: "main" }, {
        tensors: { latents, amounts, table: part, out: piece },
        params: { rows: piece.rows, first_row, ld: table.pitch / 4, first, table_rows: part.rows },
        invocations: [table.pitch / 4, piece.rows],
      });
    }
  }
  return withoutGradient("removeLatents", out, [x, table, amounts]);
}
