/**
 * Features on the value side of a block. Second order: what a latent's value brings while the
 * pattern stays, A f_m(k) ‖d_m W_OV‖. Third order: an edge (i@q, j@k) as a gate for the latents of
 * the key, Σ_h (A − A') f_m(k) d_m W_OV, exact since the pattern does not depend on values.
 * @module
 */
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { type Edges, firstSeen } from "./edges.ts";
import type { Heads } from "./heads.ts";
import type { HostAttention } from "./truth.ts";

/** ‖d_m W_OV‖ by head and latent [n_heads][d_sae]; V [d_sae, n_heads · d_head] is W_dec W_V. */
export function valueNorms({ heads, V }: Pick<HostAttention, "heads" | "V">): Float64Array[] {
  const { n_heads, d_head } = heads, width = n_heads * d_head, d_sae = V.length / width;
  return Array.from({ length: n_heads }, (_, h) =>
    Float64Array.from({ length: d_sae }, (_, m) => {
      const written = writes(heads, (at) => Math.floor(at / d_head) === h ? V[m * width + at] : 0);
      return Math.hypot(...written);
    }));
}

/** A latent m of the key and the norm of what the gate lets through of it. */
export type GatedValue = { latent: number; norm: number };

/** What the score term of edge `e` does to each latent that is active at its key, strongest first. */
export function gatedValues(
  { heads, pos, q, k, Q, K, V }: HostAttention,
  active: ActiveLatents,
  { edges, e }: { edges: Edges; e: number },
): GatedValue[] {
  const { n_heads, d_head, window } = heads, width = n_heads * d_head;
  const query = edges.q[e], key = edges.k[e];
  const dot = (a: Float32Array, from: number, b: Float32Array, to: number) => {
    let sum = 0;
    for (let c = 0; c < d_head; c++) sum += a[from + c] * b[to + c];
    return sum;
  };
  const lost = Array.from({ length: n_heads }, (_, h) => {
    const at = h * d_head, first = firstSeen(query, { pos, window });
    const gamma = edges.f_i[e] * edges.f_j[e] *
      dot(Q, edges.i[e] * width + at, K, edges.j[e] * width + at);
    const scores = Array.from(
      { length: query - first + 1 },
      (_, m) => dot(q, query * width + at, k, (first + m) * width + at),
    );
    const top = Math.max(...scores), masses = scores.map((s) => Math.exp(s - top));
    const total = masses.reduce((a, b) => a + b), mass = masses[key - first];
    const after = mass * Math.exp(-gamma);
    return mass / total - after / (total - mass + after);
  });
  const { start, latent, act } = active;
  return Array.from({ length: start[key + 1] - start[key] }, (_, n) => {
    const m = latent[start[key] + n], f = act[start[key] + n];
    const gated = writes(heads, (at) => lost[Math.floor(at / d_head)] * f * V[m * width + at]);
    return { latent: m, norm: Math.hypot(...gated) };
  }).sort((a, b) => b.norm - a.norm);
}

/** A row before W_O, value by value, as it stands in the residual stream [d_model]. */
function writes({ n_heads, d_head, d_model, W_O }: Heads, z: (at: number) => number): Float64Array {
  const out = new Float64Array(d_model);
  for (let at = 0; at < n_heads * d_head; at++) {
    const value = z(at);
    if (value === 0) continue;
    for (let d = 0; d < d_model; d++) out[d] += value * W_O.data[at * d_model + d];
  }
  return out;
}
