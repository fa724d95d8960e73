/**
 * Tables over ordered pairs (i of the query, j of the key) of a whole text. What does not depend on
 * the head separates from what does: Σ f_i(q) f_j(k) |Ω_ij| = |Ω_ij| C_ij (released code of
 * Manning-Coe et al. 2026, arXiv 2606.09940), so no pair of positions is visited twice.
 *
 *   C_ij = Σ_{q sees k} f_i(q) f_j(k),   C^A_ij = Σ A_qk f_i(q) f_j(k) by head,   distance_ij = Σ (q − k) f_i(q) f_j(k)
 * @module
 */
import source from "../../../kernels/interactions/omega_weighted.wgsl" with { type: "text" };
import { type Random, randomForm } from "../../numerics/random.ts";
import { expectForm } from "../../io/form.ts";
import { launch } from "../../tensor/launch.ts";
import { columnSumsInto } from "../../tensor/ops/column_sums.ts";
import { batchedMatmul } from "../../tensor/ops/matmul/batched_matmul.ts";
import { productInto } from "../../tensor/ops/matmul/product.ts";
import { nonzero, sparseColumnsInto, sparsePays } from "../../tensor/ops/sparse_product.ts";
import { view } from "../../tensor/ops/reshape.ts";
import { takeRows } from "../../tensor/ops/rows.ts";
import { readTensors } from "../../tensor/read.ts";
import { type Tensor, upload, uploadIds, zeros } from "../../tensor/tensor.ts";
import { rowChunks, rowSlice } from "../../tensor/views.ts";
import { headRows } from "./head_rows.ts";
import type { AttentionPlayers } from "./players.ts";
import type { AttentionWeights } from "./weights.ts";

/**
 * Running sums over the parts of a text, [d_sae, d_sae] each, `attended` C^A for every head;
 * `received` [d_sae] for every head, the Σ_q A_qk f_m(k) of each latent. `shuffled`: the decoder
 * vectors dealt out anew among the latents, for a null. Dispose of them when done.
 */
export type PairTables = {
  weights: AttentionWeights;
  shuffled: { Q: Tensor; K: Tensor };
  together: Tensor;
  distance: Tensor;
  attended: Tensor[];
  received: Tensor[];
} & Disposable;

/** Tables of no text yet; `random` shuffles the decoders of the null. */
export function createPairTables(
  weights: AttentionWeights,
  { random }: { random: Random },
): PairTables {
  expectForm("make tables of pairs", random, randomForm);
  const { gpu, d_sae, heads: { n_heads } } = weights;
  using owned = new DisposableStack();
  using order = uploadIds(gpu, [d_sae], random.permutation(d_sae));
  const table = () => owned.use(zeros(gpu, [d_sae, d_sae]));
  const shuffled = {
    Q: owned.use(takeRows(weights.Q, order)),
    K: owned.use(takeRows(weights.K, order)),
  };
  const tables = {
    together: table(),
    distance: table(),
    attended: Array.from({ length: n_heads }, table),
    received: Array.from({ length: n_heads }, () => owned.use(zeros(gpu, [d_sae]))),
  };
  const kept = owned.move();
  return { weights, shuffled, ...tables, [Symbol.dispose]: () => kept.dispose() };
}

/** Adds one part of a text. */
export function addToPairTables(tables: PairTables, players: AttentionPlayers): void {
  const { gpu, acts, batch, pos, pattern, weights: { heads, d_sae } } = players;
  const rows = batch * pos, by_sequence = view(acts, [batch, pos, d_sae]);
  using lists = sparsePays(acts, d_sae) ? nonzero(acts, "column") : undefined;
  const byQuery = (into: Tensor, b: Tensor) =>
    lists
      ? sparseColumnsInto(into, { s: acts, lists }, { b, accumulate: true })
      : productInto("TN", { a: acts, b, c: into }, { accumulate: true });
  using seen = upload(gpu, seenKeys({ batch, pos, window: heads.window }, () => 1));
  using back = upload(gpu, seenKeys({ batch, pos, window: heads.window }, (q, k) => q - k));
  for (const [mask, into] of [[seen, tables.together], [back, tables.distance]] as const) {
    using earlier = batchedMatmul(mask, by_sequence);
    byQuery(into, view(earlier, [rows, d_sae]));
  }
  for (let head = 0; head < heads.n_heads; head++) {
    using pattern_h = headRows(pattern, head);
    using mixed = batchedMatmul(pattern_h, by_sequence);
    const flat = view(mixed, [rows, d_sae]);
    columnSumsInto(tables.received[head], flat, { accumulate: true });
    byQuery(tables.attended[head], flat);
  }
}

/**
 * The tables on the CPU: together C_ij, `score` Σ_h |Ω_ij| C_ij and `attended` Σ_h |Ω_ij| C^A_ij,
 * both with the decoders shuffled too.
 */
export type PairSums =
  & Record<"together" | "distance", Float32Array>
  & Record<"score" | "score_shuffled" | "attended" | "attended_shuffled", Float32Array>
  & { d_sae: number; received: Float32Array[] };

/** Reads the tables; they may be added to afterwards. */
export async function readPairTables(tables: PairTables): Promise<PairSums> {
  const { weights, shuffled, together, distance, attended, received } = tables;
  const { gpu, d_sae, heads: { n_heads } } = weights;
  using owned = new DisposableStack();
  const weighted = (
    weight: (head: number) => Tensor,
    decoders: Pick<AttentionWeights, "Q" | "K">,
  ) => {
    const sum = owned.use(zeros(gpu, [d_sae, d_sae]));
    for (let head = 0; head < n_heads; head++) {
      addWeighted(sum, weight(head), { heads: weights.heads, Q: decoders.Q, K: decoders.K, head });
    }
    return sum;
  };
  const [C, D, score, score_shuffled, own, own_shuffled, ...of_heads] = await readTensors([
    together,
    distance,
    weighted(() => together, weights),
    weighted(() => together, shuffled),
    weighted((head) => attended[head], weights),
    weighted((head) => attended[head], shuffled),
    ...received,
  ]);
  return {
    d_sae,
    together: C,
    distance: D,
    score,
    score_shuffled,
    attended: own,
    attended_shuffled: own_shuffled,
    received: of_heads,
  };
}

/** out += |Ω of the head| ∘ weight. */
function addWeighted(
  out: Tensor,
  weight: Tensor,
  { Q, K, heads: { d_head }, head }: Pick<AttentionWeights, "Q" | "K" | "heads"> & { head: number },
): void {
  const { gpu, columns: d_sae, pitch: ld } = out;
  const kernel = {
    name: "omega_weighted",
    source,
    entry: "main",
    constants: { HEAD4: d_head / 4 },
  };
  for (const { piece, start } of rowChunks(out)) {
    launch(gpu, kernel, {
      tensors: { Q, K, weight: rowSlice(weight, start, piece.rows), out: piece },
      params: { rows: piece.rows, first: start, d_sae, ld, width4: Q.pitch / 4, head },
      invocations: [d_sae, piece.rows],
    });
  }
}

function seenKeys(
  { batch, pos, window }: { batch: number; pos: number; window: number },
  value: (q: number, k: number) => number,
) {
  const data = new Float32Array(batch * pos * pos);
  data.forEach((_, at) => {
    const k = at % pos, q = Math.floor(at / pos) % pos;
    if (k <= q && q - k < (window || pos)) data[at] = value(q, k);
  });
  return { shape: [batch, pos, pos], data };
}
