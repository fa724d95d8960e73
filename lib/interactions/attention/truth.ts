/**
 * Ground truth of an edge: what two features do together to the output of the block's attention at
 * the query's token, by four forward passes of that token, in float64 and by no kernel.
 *
 *   ‖y(x) − y(x∖i@q) − y(x∖j@k) + y(x∖i@q, j@k)‖
 *
 * `frozen`: i leaves the query of q and j the key of k; values, and the key of q, stay. `full`: i
 * leaves all that the heads read at q, j all that they read at k, so that values move too. Output
 * rather than score: Feature-Resolved Attention (GitHub chainik1125/fra) shows that neither
 * determines the other.
 * @module
 */
import { readTensors } from "../../tensor/read.ts";
import { type Edges, firstSeen } from "./edges.ts";
import type { Heads } from "./heads.ts";
import type { AttentionPlayers } from "./players.ts";

/** What the truth is computed from, on the CPU; shapes as in `AttentionPlayers` and its weights. */
export type HostAttention =
  & { heads: Heads; pos: number }
  & Record<"q" | "k" | "v" | "Q" | "K" | "V", Float32Array>;

/** Queries, keys, values and decoders of one part of a text, read from the device. */
export async function hostAttention(players: AttentionPlayers): Promise<HostAttention> {
  const { pos, weights } = players;
  const [q, k, v, Q, K, V] = await readTensors([
    players.q,
    players.k,
    players.v,
    weights.Q,
    weights.K,
    weights.V,
  ]);
  return { heads: weights.heads, pos, q, k, v, Q, K, V };
}

/**
 * Norms by edge [n]: the four-point difference, and what each of the two removals does alone.
 */
export type EdgeTruth = Record<"four_point" | "query_effect" | "key_effect", Float64Array>;

/** Both truths, and the norm of the attention's output at q, without b_O. */
export function edgeTruth(
  host: HostAttention,
  edges: Edges,
): { frozen: EdgeTruth; full: EdgeTruth; output: Float64Array } {
  const n = edges.q.length, { n_heads, d_head, d_model, W_O } = host.heads;
  const width = n_heads * d_head;
  const norms = () => new Float64Array(n);
  const truth = (): EdgeTruth => ({
    four_point: norms(),
    query_effect: norms(),
    key_effect: norms(),
  });
  const out = { frozen: truth(), full: truth(), output: norms() };
  const written = new Float64Array(d_model);
  const norm = (z: Float64Array) => {
    written.fill(0);
    for (let r = 0; r < width; r++) {
      const value = z[r], from = r * d_model;
      for (let c = 0; c < d_model; c++) written[c] += value * W_O.data[from + c];
    }
    let sum = 0;
    for (let c = 0; c < d_model; c++) sum += written[c] * written[c];
    return Math.sqrt(sum);
  };
  for (let e = 0; e < n; e++) {
    const { frozen, full } = fourOutputs(host, edges, e);
    out.output[e] = norm(frozen.clean);
    for (
      const [to, { clean, no_i, no_j, neither }] of [[out.frozen, frozen], [
        out.full,
        full,
      ]] as const
    ) {
      to.four_point[e] = norm(clean.map((y, c) => (y - no_i[c]) - (no_j[c] - neither[c])));
      to.query_effect[e] = norm(clean.map((y, c) => y - no_i[c]));
      to.key_effect[e] = norm(clean.map((y, c) => y - no_j[c]));
    }
  }
  return out;
}

/** What the heads give out at q before W_O [n_heads · d_head]: as it is, and with features removed. */
export type FourOutputs = Record<"clean" | "no_i" | "no_j" | "neither", Float64Array>;

/** The four outputs of one edge under either removal. */
export function fourOutputs(
  host: HostAttention,
  edges: Edges,
  e: number,
): { frozen: FourOutputs; full: FourOutputs } {
  const { heads: { n_heads, d_head } } = host, width = n_heads * d_head;
  const empty = (): FourOutputs => ({
    clean: new Float64Array(width),
    no_i: new Float64Array(width),
    no_j: new Float64Array(width),
    neither: new Float64Array(width),
  });
  const result = { frozen: empty(), full: empty() };
  for (let h = 0; h < n_heads; h++) {
    const edge = headOf(host, edges, e, h);
    for (const [name, removed] of REMOVALS) {
      const frozen = headOutput(edge, removed, false);
      result.frozen[name].set(frozen, h * d_head);
      result.full[name].set(
        name === "clean" ? frozen : headOutput(edge, removed, true),
        h * d_head,
      );
    }
  }
  return result;
}

const REMOVALS = [
  ["clean", { i: 0, j: 0 }],
  ["no_i", { i: 1, j: 0 }],
  ["no_j", { i: 0, j: 1 }],
  ["neither", { i: 1, j: 1 }],
] as const;

/** One head at one edge: its rows, and scores as sums of what may be removed. */
type HeadEdge = {
  d_head: number;
  /** q · k of every key that the query sees, and d_i f_i W_Q · k. */
  scores: Float64Array;
  from_i: Float64Array;
  /** Of the key k: q · f_j d_j W_K, and γ. */
  from_j: number;
  gamma: number;
  /** Of the key q: q · f_i d_i W_K, and f_i² d_i W_Q · d_i W_K. */
  own: number;
  own_gamma: number;
  /** Which of the keys are q and k. */
  at_q: number;
  at_k: number;
  /** Values, those of the head at the first key from `v_first` on, `v_step` apart; of i and j. */
  v: Float32Array;
  v_first: number;
  v_step: number;
  value_i: Float64Array;
  value_j: Float64Array;
};

function headOf(
  { heads, pos, q, k, v, Q, K, V }: HostAttention,
  edges: Edges,
  e: number,
  h: number,
): HeadEdge {
  const { n_heads, d_head, window } = heads, width = n_heads * d_head;
  const at = edges.q[e], key = edges.k[e], f_i = edges.f_i[e], f_j = edges.f_j[e];
  const first = firstSeen(at, { pos, window }), keys = at - first + 1;
  const row = (token: number) => token * width + h * d_head;
  const dot = (a: Float32Array, from: number, b: Float32Array, to: number) => {
    let sum = 0;
    for (let c = 0; c < d_head; c++) sum += a[from + c] * b[to + c];
    return sum;
  };
  const i0 = row(edges.i[e]), j0 = row(edges.j[e]);
  const all = (a: Float32Array, from: number, factor: number) => {
    const products = new Float64Array(keys);
    for (let m = 0; m < keys; m++) products[m] = factor * dot(a, from, k, row(first + m));
    return products;
  };
  return {
    d_head,
    scores: all(q, row(at), 1),
    from_i: all(Q, i0, f_i),
    from_j: f_j * dot(q, row(at), K, j0),
    gamma: f_i * f_j * dot(Q, i0, K, j0),
    own: f_i * dot(q, row(at), K, i0),
    own_gamma: f_i * f_i * dot(Q, i0, K, i0),
    at_q: at - first,
    at_k: key - first,
    v,
    v_first: row(first),
    v_step: width,
    value_i: Float64Array.from({ length: d_head }, (_, c) => f_i * V[i0 + c]),
    value_j: Float64Array.from({ length: d_head }, (_, c) => f_j * V[j0 + c]),
  };
}

/** What a head gives out with i and j there (0) or removed (1); `moves`: keys of q and values too. */
function headOutput(
  edge: HeadEdge,
  { i, j }: { i: 0 | 1; j: 0 | 1 },
  moves: boolean,
): Float64Array {
  const { scores, from_i, at_q, at_k } = edge;
  const s = scores.slice();
  if (i === 1) { for (let m = 0; m < s.length; m++) s[m] -= from_i[m]; }
  s[at_k] -= j * (edge.from_j - i * edge.gamma);
  if (moves) s[at_q] -= i * (edge.own - edge.own_gamma);
  let top = -Infinity, total = 0;
  for (let m = 0; m < s.length; m++) top = Math.max(top, s[m]);
  const { d_head, v, v_first, v_step } = edge, out = new Float64Array(d_head);
  for (let m = 0; m < s.length; m++) {
    const weight = s[m] = Math.exp(s[m] - top), row = v_first + m * v_step;
    total += weight;
    for (let c = 0; c < d_head; c++) out[c] += weight * v[row + c];
  }
  for (let c = 0; c < d_head; c++) {
    if (moves) out[c] -= i * s[at_q] * edge.value_i[c] + j * s[at_k] * edge.value_j[c];
    out[c] /= total;
  }
  return out;
}
