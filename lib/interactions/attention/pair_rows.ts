/**
 * A pair of features taken out of a whole row of scores: latent i of the query and latent j at every
 * key that the query sees, A' ∝ A exp(−f_i(q) f_j(·) Ω_ij) in each head. Derived here; the bound is
 * the one of a total variation by a range of scores, attained by two keys.
 *
 *   ‖y − y'‖ <= Σ_h TV(A, A') diam{v} <= Σ_h tanh(range / 4) diam{v}
 * @module
 */
import source from "../../../kernels/interactions/pair_rows.wgsl" with { type: "text" };
import { launch } from "../../tensor/launch.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { readTensors } from "../../tensor/read.ts";
import { empty, type Tensor, uploadIds } from "../../tensor/tensor.ts";
import { rowNorms } from "../arrays.ts";
import { mixValues } from "./mix_values.ts";
import type { AttentionPlayers } from "./players.ts";
import { valueSpread } from "./value_spread.ts";

/** Queries q, tokens of a part, with latents i (of the query) and j (of the keys). */
export type PairRows = Record<"q" | "i" | "j", Uint32Array>;

/**
 * By row: `move` ‖y − y'‖ of the block's output, `variation` Σ_h TV(A, A') diam and `bound` Σ_h
 * tanh(range / 4) diam, neither below it.
 */
export type PairRowMoves = Record<"move" | "variation" | "bound", Float64Array>;

/** Takes pairs out of rows of one part of a text. */
export async function pairRowMoves(
  players: AttentionPlayers,
  rows: PairRows,
): Promise<PairRowMoves> {
  const { pos, weights: { heads: { n_heads } } } = players, n = rows.q.length;
  using moved = pairRowVectors(players, rows);
  using spread = valueSpread(players);
  const [vectors, sizes, diameters] = await readTensors([moved.vectors, moved.sizes, spread]);
  const overHeads = (of: (range: number, variation: number) => number) =>
    Float64Array.from(rows.q, (q, item) => {
      let sum = 0;
      for (let h = 0; h < n_heads; h++) {
        const at = 4 * (item * n_heads + h), row = Math.floor(q / pos) * n_heads + h;
        sum += of(sizes[at], sizes[at + 1]) * diameters[row * pos + q % pos];
      }
      return sum;
    });
  return {
    move: rowNorms(vectors, n),
    variation: overHeads((_, variation) => variation),
    bound: overHeads((range) => Math.tanh(range / 4)),
  };
}

/**
 * `vectors` [n, d_model], y − y' in the residual stream; `sizes` [n · n_heads, 4]: range of the
 * change of scores and total variation of each head, two unused. The caller's to dispose.
 */
export function pairRowVectors(
  players: AttentionPlayers,
  { q, i, j }: PairRows,
): { vectors: Tensor; sizes: Tensor } & Disposable {
  const { gpu, pos, acts, pattern, weights } = players, { n_heads, d_head, window } = weights.heads;
  const n = q.length, list = new Uint32Array(4 * n);
  q.forEach((token, at) => list.set([token, 0, i[at], j[at]], 4 * at));
  using items = uploadIds(gpu, [n, 4], list);
  using lost = empty(gpu, [n * n_heads, pos]);
  const sizes = empty(gpu, [n * n_heads, 4]);
  launch(gpu, { name: "pair_rows", source, entry: "main", constants: { HEAD4: d_head / 4 } }, {
    tensors: { items, acts, Q: weights.Q, K: weights.K, pattern, lost, sizes },
    params: {
      count: n,
      pos,
      n_heads,
      ld: pattern.pitch,
      ld_acts: acts.pitch,
      window: window || pos,
    },
    invocations: n * n_heads,
  });
  using mixed = mixValues(players, { tokens: items, weight: lost });
  const vectors = matmul(mixed, weights.W_O);
  return {
    vectors,
    sizes,
    [Symbol.dispose]: () => {
      vectors.release();
      sizes.release();
    },
  };
}
