/**
 * What an edge is worth after the softmax: how far the block's output at q moves when the score of
 * (q, k) loses what latent i of the query and latent j of the key add to it. All heads at once, as
 * vectors in the residual stream.
 *
 *   first = Σ_h A γ (v_k − y_q)                 first order, Feature-Resolved Attention (chainik1125/fra)
 *   exact = Σ_h (A − σ(logit A − γ)) (v_k − y_q) / (1 − A)               derived here
 *   bound = Σ_h tanh(|γ| / 4) · diam{v} >= ‖exact‖                       derived here
 * @module
 */
import source from "../../../kernels/interactions/edge_removal.wgsl" with { type: "text" };
import { launch } from "../../tensor/launch.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { readTensors } from "../../tensor/read.ts";
import { empty } from "../../tensor/tensor.ts";
import { rowNorms } from "../arrays.ts";
import { type EdgeScores, edgeScores } from "./edge_scores.ts";
import type { Edges } from "./edges.ts";
import type { AttentionPlayers } from "./players.ts";
import { valueSpread } from "./value_spread.ts";

/** The scores of an edge, one number for each [n]. */
export const EDGE_METRICS = [
  "first_order",
  "exact_removal",
  "attended_score",
  "raw_score",
  "tv_bound",
  "attended",
  "omega",
  "acts_product",
] as const;

/**
 * `first_order` and `exact_removal`: the norms above. `attended_score` Σ_h A |γ|, `raw_score` Σ_h
 * |γ|, `tv_bound` Σ_h tanh(|γ| / 4) diam, `attended` Σ_h A, `omega` Σ_h |Ω_ij|, `acts_product` f_i
 * f_j.
 */
export type EdgeMetrics = Record<typeof EDGE_METRICS[number], Float64Array>;

/** Σ_h A |γ| of each edge alone: cheap, for the choice of edges. */
export async function attendedScores(
  players: AttentionPlayers,
  edges: Edges,
): Promise<Float64Array> {
  using scores = edgeScores(players, edges);
  const [gamma, attended] = await readTensors([scores.gamma, scores.attended]);
  const { n_heads } = players.weights.heads;
  return overHeads(n_heads, edges, (at) => attended[at] * Math.abs(gamma[at]));
}

/** All scores of the edges of one part of a text. */
export async function edgeMetrics(players: AttentionPlayers, edges: Edges): Promise<EdgeMetrics> {
  const { pos, weights: { heads: { n_heads } } } = players;
  using scores = edgeScores(players, edges);
  using spread = valueSpread(players);
  using moved = edgeMoves(players, scores);
  const [gamma, attended, diameters, first, exact] = await readTensors([
    scores.gamma,
    scores.attended,
    spread,
    moved.first,
    moved.exact,
  ]);
  const sum = (of: (at: number, e: number, h: number) => number) => overHeads(n_heads, edges, of);
  const acts_product = Float64Array.from(edges.f_i, (f, e) => f * edges.f_j[e]);
  return {
    first_order: rowNorms(first, edges.q.length),
    exact_removal: rowNorms(exact, edges.q.length),
    attended_score: sum((at) => attended[at] * Math.abs(gamma[at])),
    raw_score: sum((at) => Math.abs(gamma[at])),
    tv_bound: sum((at, e, h) => {
      const q = edges.q[e], row = Math.floor(q / pos) * n_heads + h;
      return Math.tanh(Math.abs(gamma[at]) / 4) * diameters[row * pos + q % pos];
    }),
    attended: sum((at) => attended[at]),
    omega: sum((at, e) => Math.abs(gamma[at]) / acts_product[e]),
    acts_product,
  };
}

/** The two vectors [n, d_model] in the residual stream; the caller's to dispose. */
export function edgeMoves(
  players: AttentionPlayers,
  { edges, gamma }: Omit<EdgeScores, "attended">,
) {
  const { gpu, pos, v, pattern, weights: { W_O, heads } } = players,
    { n_heads, d_head, window } = heads;
  const n = edges.rows, shape = [n, n_heads * d_head];
  using first = empty(gpu, shape);
  using exact = empty(gpu, shape);
  launch(gpu, { name: "edge_removal", source, entry: "main", constants: { HEAD4: d_head / 4 } }, {
    tensors: { edges, gamma, pattern, v, first, exact },
    params: {
      count: n,
      pos,
      n_heads,
      ld: pattern.pitch,
      ld_heads: gamma.pitch,
      window: window || pos,
    },
    invocations: first.size / 4,
  });
  const out = { first: matmul(first, W_O), exact: matmul(exact, W_O) };
  return {
    ...out,
    [Symbol.dispose]: () => {
      for (const tensor of Object.values(out)) tensor.release();
    },
  };
}

function overHeads(
  n_heads: number,
  { q }: Edges,
  of: (at: number, e: number, h: number) => number,
): Float64Array {
  return Float64Array.from(q, (_, e) => {
    let sum = 0;
    for (let h = 0; h < n_heads; h++) sum += of(e * n_heads + h, e, h);
    return sum;
  });
}
