/**
 * Scores of single edges on the device: for each head what the pair adds to the score, and the
 * attention that stands there. That f_i(q) f_j(k) Ω_ij is the two-player mixed difference of the
 * score before the softmax: Feature-Resolved Attention (GitHub chainik1125/fra).
 * @module
 */
import source from "../../../kernels/interactions/edge_scores.wgsl" with { type: "text" };
import { launch } from "../../tensor/launch.ts";
import { empty, type Tensor, upload, uploadIds } from "../../tensor/tensor.ts";
import type { Edges } from "./edges.ts";
import type { AttentionPlayers } from "./players.ts";

/** By edge and head [n, n_heads]; `edges` u32 [n, 4] as kernels read them. The caller's to dispose. */
export type EdgeScores = { edges: Tensor; gamma: Tensor; attended: Tensor } & Disposable;

/** gamma = f_i(q) f_j(k) Ω_ij and the attention A_qk of each edge, by head. */
export function edgeScores(players: AttentionPlayers, edges: Edges): EdgeScores {
  const { gpu, pos, pattern, weights: { Q, K, heads: { n_heads, d_head } } } = players;
  const n = edges.q.length;
  using owned = new DisposableStack();
  const list = owned.use(uploadIds(gpu, [n, 4], interleaved(edges)));
  using strength = upload(gpu, { shape: [n], data: edges.f_i.map((f, e) => f * edges.f_j[e]) });
  const gamma = owned.use(empty(gpu, [n, n_heads])), attended = owned.use(empty(gpu, [n, n_heads]));
  launch(gpu, { name: "edge_scores", source, entry: "main", constants: { HEAD4: d_head / 4 } }, {
    tensors: { edges: list, strength, Q, K, pattern, gamma, attended },
    params: { count: n, pos, n_heads, ld: pattern.pitch, ld_heads: gamma.pitch },
    invocations: gamma.size,
  });
  const kept = owned.move();
  return { edges: list, gamma, attended, [Symbol.dispose]: () => kept.dispose() };
}

function interleaved({ q, k, i, j }: Edges): Uint32Array {
  const list = new Uint32Array(4 * q.length);
  q.forEach((token, e) => list.set([token, k[e], i[e], j[e]], 4 * e));
  return list;
}
