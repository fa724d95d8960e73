/**
 * The diameter of the values that a query sees, by head, as they stand in the residual stream: what
 * a bound on a change of attention is multiplied by, ‖Δy‖ <= TV · diam.
 * @module
 */
import source from "../../../kernels/interactions/value_spread.wgsl" with { type: "text" };
import { matrix, svd } from "../../numerics/linear_algebra.ts";
import { launch } from "../../tensor/launch.ts";
import { sequenceChunks } from "../../tensor/ops/grid.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { empty, type Tensor, upload } from "../../tensor/tensor.ts";
import { rowSlice } from "../../tensor/views.ts";
import type { Heads } from "./heads.ts";
import type { AttentionPlayers } from "./players.ts";

/** spread [batch · n_heads, pos]: max ‖(v_k − v_m) W_O‖ over the keys that a query sees. */
export function valueSpread(
  { gpu, batch, pos, v, pattern, weights: { heads } }: AttentionPlayers,
): Tensor {
  const { n_heads, d_head, window } = heads;
  using turn = upload(gpu, turned(heads));
  using u = matmul(v, turn);
  const spread = empty(gpu, [batch * n_heads, pos]), ld = spread.pitch;
  const constants = { HEAD4: d_head / 4 }, name = "value_spread";
  const size = n_heads * pos * pattern.pitch;
  for (const [first, count] of sequenceChunks(gpu, "measure values", { batch, size })) {
    const rows = count * n_heads * pos;
    const params = { rows, pos, n_heads, ld, window: window || pos };
    using far = empty(gpu, [rows, pos]);
    launch(gpu, { name, source, entry: "farthest", constants }, {
      tensors: { u: rowSlice(u, first * pos, count * pos), far },
      params,
      invocations: rows,
    });
    launch(gpu, { name, source, entry: "spread", constants }, {
      tensors: { farthest_of: far, spread_of: rowSlice(spread, first * n_heads, count * n_heads) },
      params,
      invocations: rows,
    });
  }
  return spread;
}

/**
 * A matrix [width, width] of one block a head, U S of W_O = U S Vᵀ: ‖v U S‖ = ‖v W_O‖, with d_head
 * values instead of d_model.
 */
function turned({ n_heads, d_head, d_model, W_O }: Heads) {
  const width = n_heads * d_head, data = new Float32Array(width * width);
  for (let h = 0; h < n_heads; h++) {
    const rows = W_O.data.subarray(h * d_head * d_model, (h + 1) * d_head * d_model);
    const { U, S } = svd(matrix(rows, d_head, d_model));
    for (let r = 0; r < d_head; r++) {
      for (let c = 0; c < S.length; c++) {
        data[(h * d_head + r) * width + h * d_head + c] = U.data[r * U.cols + c] * S[c];
      }
    }
  }
  return { shape: [width, width], data };
}
