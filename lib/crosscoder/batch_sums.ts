/**
 * Sums over a batch that the published loss wants: of the error and its squares down the columns, and of what the
 * penalties find of each latent. Kernels sum parts of the rows, whose size depends on the batch alone, and one
 * launch then adds the parts up and puts every sum in its place.
 * @module
 */
import source from "../../kernels/coder_sums.wgsl" with { type: "text" };
import squaredErrorSource from "../../kernels/squared_error.wgsl" with { type: "text" };
import { launch } from "../tensor/launch.ts";
import { rowsOfPart } from "../tensor/ops/column_sums.ts";
import {
  type JumpReluBackward,
  type JumpReluPenalties,
  penalisedBackwardInto,
} from "../tensor/ops/jumprelu.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import { rowChunks, rowSlice } from "../tensor/views.ts";

/** Sums of parts of `part` rows, a table [parts, sums side by side] for each piece that fits into a binding. */
export type BatchSums = {
  part: number;
  rows: number;
  /** Padded widths of the error and of the latents. */
  error: number;
  latents: number;
  pieces: { start: number; rows: number; table: Tensor }[];
};

/** Room for the sums over a batch with an error [batch, ·] and pre-activations z [batch, d_sae]. */
export function makeBatchSums(error: Tensor, z: Tensor): BatchSums {
  const { gpu, rows } = z, part = rowsOfPart(rows);
  const width = 2 * error.pitch + 6 * z.pitch;
  const most = Math.floor(gpu.maxBinding / (4 * width)) * part;
  const pieces = rowChunks(z, Math.max(error.pitch, z.pitch), most).map(({ piece, start }) => ({
    start,
    rows: piece.rows,
    table: empty(gpu, [Math.ceil(piece.rows / part), width]),
  }));
  return { part, rows, error: error.pitch, latents: z.pitch, pieces };
}

/** Replaces x_hat by the gradient of mean ‖x_hat − x‖². */
export function squaredErrorInto(
  { part, rows: batch, pieces }: BatchSums,
  x_hat: Tensor,
  x: Tensor,
): void {
  const ld = x.pitch / 4;
  for (const { start, rows, table } of pieces) {
    const [from, into] = [x, x_hat].map((tensor) => rowSlice(tensor, start, rows));
    launch(x.gpu, { name: "squared_error", source: squaredErrorSource, entry: "main" }, {
      tensors: { x: from, reconstruction: into, sums: table },
      params: { rows, ld, part, first: 0, ld_sums: table.pitch / 4, factor: 1 / batch },
      invocations: Math.ceil(rows / part) * ld,
    });
  }
}

/** Turns `grad`, of the latents, into that of z under the penalties. */
export function penaltiesInto(
  { part, rows: batch, error, pieces }: BatchSums,
  { z, grad, counts, ...whole }: Omit<JumpReluBackward, "sums">,
  penalties: JumpReluPenalties,
): void {
  for (const { start, rows, table } of pieces) {
    const [cut, into] = [z, grad].map((tensor) => rowSlice(tensor, start, rows));
    const firing = counts?.over([rows], start);
    const tensors = { z: cut, grad: into, counts: firing, ...whole, sums: table };
    penalisedBackwardInto(tensors, penalties, { part, before: 2 * error, scale: 1 / batch });
  }
}

/**
 * Where the sums go: parts of the loss and L0 [4, ·], [3, ·] without a loss on pre-activations; gradients, of
 * which the first three may accumulate; and, as `norm_shares` [d_sae · n_sites], the gradient of each latent's norm
 * over its norm at each site, the factors of W_dec in its gradient.
 */
type Targets =
  & Record<"grad_b_dec" | "grad_b_enc" | "grad_log_threshold" | "stats", Tensor>
  & { norm_shares?: Tensor };

/** Adds the parts up; `site_norms` [d_sae · n_sites] are the decoder's, where a penalty counts them. */
export function addBatchSums(
  { error, latents, pieces }: BatchSums,
  targets: Targets,
  { site_norms, accumulate }: { site_norms?: Tensor; accumulate: readonly boolean[] },
): void {
  const [add_b_dec, add_b_enc, add_threshold] = accumulate;
  const { gpu, pitch, rows, size } = targets.stats, d_sae = targets.grad_b_enc.columns;
  for (const [i, { table }] of pieces.entries()) {
    const constants = {
      ...{ ADD: i > 0 ? 1 : 0, BELOW: rows === 4 ? 1 : 0, NORMS: site_norms ? 1 : 0 },
    };
    launch(gpu, { name: "coder_sums", source, entry: "main", constants }, {
      tensors: { sums: table, site_norms, ...targets },
      params: {
        d_sae,
        n_sites: (site_norms?.columns ?? 0) / d_sae,
        parts: table.rows,
        ld_error: error / 4,
        ld: latents / 4,
        ld_stats: pitch / 4,
        add_b_dec: i > 0 || add_b_dec ? 1 : 0,
        add_b_enc: i > 0 || add_b_enc ? 1 : 0,
        add_threshold: i > 0 || add_threshold ? 1 : 0,
      },
      invocations: (error + 3 * latents + size) / 4,
    });
  }
}
