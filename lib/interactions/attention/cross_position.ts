/**
 * Cross-position interaction: source positions are the players of a row of attention, a position
 * leaves by being masked. Derived here.
 *
 *   I_km = y(all) − y(∖k) − y(∖m) + y(∖k,m) = −A_k A_m [ (v_k − v̄) / (1 − A_m) + (v_m − v̄) / (1 − A_k) ]
 *
 * v̄: the mean of the other values by their attention. A row's interaction Σ_{k<m} I_km is linear in
 * the values, so it divides among features, f_j(k) d_j W_OV, bias and error node, without a rest:
 * the bias has no part in it, since equal values do not interact.
 * @module
 */
import source from "../../../kernels/interactions/cross_position.wgsl" with { type: "text" };
import { columnSumsInto } from "../../tensor/ops/column_sums.ts";
import { sequenceChunks } from "../../tensor/ops/grid.ts";
import { launch } from "../../tensor/launch.ts";
import { batchedMatmul } from "../../tensor/ops/matmul/batched_matmul.ts";
import { view } from "../../tensor/ops/reshape.ts";
import { readTensors } from "../../tensor/read.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { rowSlice } from "../../tensor/views.ts";
import { headRows } from "./head_rows.ts";
import type { AttentionPlayers } from "./players.ts";

/**
 * `participation` [batch · n_heads · pos], 1 − ΣA² of each row; `weight` [batch, n_heads, pos, pos]:
 * the row's interaction is Σ_k weight v_k. The caller's to dispose.
 */
export type CrossPositions = { participation: Tensor; weight: Tensor } & Disposable;

/** 1 − ΣA² of every row of one part of a text [batch · n_heads · pos]; the caller's to dispose. */
export function participationOf(players: AttentionPlayers): Tensor {
  const { gpu, batch, pos, weights: { heads: { n_heads } } } = players;
  const participation = empty(gpu, [batch * n_heads * pos]);
  for (const { summarise } of pieces(players)) summarise(participation).release();
  return participation;
}

/** The interaction of the positions of every row of one part of a text. */
export function crossPositions(players: AttentionPlayers): CrossPositions {
  const { gpu, batch, pos, pattern, weights: { heads: { n_heads } } } = players;
  const participation = empty(gpu, [batch * n_heads * pos]), weight = empty(gpu, pattern.shape);
  for (const { rows, params, of, summarise } of pieces(players)) {
    using summary = summarise(participation);
    using part = empty(gpu, [rows, 3 * pattern.pitch]);
    const tensors = { pattern: of(pattern), summary, part };
    launch(gpu, { name, source, entry: "pairs" }, { tensors, params, invocations: rows * pos });
    launch(gpu, { name, source, entry: "weigh" }, {
      tensors: { ...tensors, weight: of(weight) },
      params,
      invocations: rows,
    });
  }
  const dispose = () => {
    participation.release();
    weight.release();
  };
  return { participation, weight, [Symbol.dispose]: dispose };
}

const name = "cross_position";

/** Pieces of the rows that fit into a binding; `summarise` leaves their summary [rows, 4]. */
function pieces({ gpu, batch, pos, pattern, weights: { heads: { n_heads } } }: AttentionPlayers) {
  const ld = pattern.pitch, per_sequence = n_heads * pos, size = 3 * per_sequence * ld;
  const chunks = sequenceChunks(gpu, "relate positions", { batch, size });
  return chunks.map(([first, count]) => {
    const rows = count * per_sequence, params = { rows, pos, ld };
    const of = (tensor: Tensor) => rowSlice(tensor, first * per_sequence, rows);
    const summarise = (participation: Tensor) => {
      const summary = empty(gpu, [rows, 4]);
      launch(gpu, { name, source, entry: "summarise" }, {
        tensors: {
          pattern: of(pattern),
          summary,
          participation: participation.part(first * per_sequence, rows),
        },
        params,
        invocations: rows,
      });
      return summary;
    };
    return { rows, params, of, summarise };
  });
}

/**
 * Σ over rows of (Σ_k weight f_j(k))² by head [n_heads][d_sae]: how much of a row's interaction
 * stands on feature j, to be multiplied by ‖d_j W_OV‖².
 */
export async function crossPositionShares(
  { gpu, batch, pos, acts, weights: { d_sae, heads: { n_heads } } }: AttentionPlayers,
  { weight }: Pick<CrossPositions, "weight">,
): Promise<Float32Array[]> {
  using owned = new DisposableStack();
  const sums = [];
  for (let head = 0; head < n_heads; head++) {
    using of_head = headRows(weight, head);
    using shares = batchedMatmul(of_head, view(acts, [batch, pos, d_sae]));
    const sum = owned.use(empty(gpu, [d_sae]));
    columnSumsInto(sum, view(shares, [batch * pos, d_sae]), { squares: true });
    sums.push(sum);
  }
  return await readTensors(sums);
}
