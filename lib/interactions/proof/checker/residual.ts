/**
 * Checker: an upper bound of the interaction residual of one MLP at one token, all rounding included.
 *
 *   a_jk = f_j ⟨w_in,k, d_j⟩, c_k = b_in,k + ⟨w_in,k, b_dec⟩, z_k = c_k + Σ_j a_jk
 *   E_k = φ(z_k) - φ(c_k) - Σ_j [φ(c_k + a_jk) - φ(c_k)],   R = Σ_k E_k w_out,k
 *
 * Four methods, tightest last (each derived here):
 *   dominant     ‖R‖ <= Σ_k ‖w_out,k‖ osc(φ′) (Σ_j |a_jk| - max_j |a_jk|)
 *   telescoping  ‖R‖ <= Σ_k ‖w_out,k‖ Σ_j |e_jk|, e_j = [φ(s_j + a_j) - φ(s_j)] - [φ(c + a_j) - φ(c)],
 *                s_j = c + all contributions before j in an order, here by falling size; Σ_j e_j = E
 *   neurons      ‖R‖ <= Σ_k ‖w_out,k‖ |E_k|
 *   exact        ‖R‖, the vector summed in float64
 *
 * Rounding, with u = 2^-53, n active latents and S = |c| + Σ |a|: every partial sum of c and the a_j is
 * wrong by less than (2 n + 4) u S plus the radii of its terms, a value of φ by `steepest` times that
 * and its slack. GROW covers 8192 further roundings of sums of numbers of one sign.
 * @module
 */
import { down, up } from "../../../proofs/arithmetic/interval.ts";
import type { ProvenActivation } from "./activations.ts";
import type { Contributions } from "./contributions.ts";

/** The methods by name, loosest first. */
export const METHODS = ["dominant", "telescoping", "neurons", "exact"] as const;
/** The name of a method. */
export type Method = typeof METHODS[number];

const U = 2 ** -53;
const GROW = 1 + 1e-12;
const TINY = 1e-300;

/** The latents of a token and their activations. */
export type Encoded = { latent: Uint32Array; act: Float32Array };

/** ‖R‖ <= residual, and deviation <= ‖MLP(x̂) - MLP(b_dec)‖. */
export type TokenBound = { residual: number; deviation: number };

/** The bound at one token; NaN where float64 overflows, and NaN certifies nothing. */
export function boundToken(
  of: Contributions,
  { latent, act }: Encoded,
  method: Method,
): TokenBound {
  const { d_mlp, d_model, activation, W_out, outNorms } = of;
  const n = latent.length, a = new Float64Array(n);
  const moved = new Float64Array(d_model), excess = new Float64Array(d_model);
  let movedError = 0, excessError = 0, total = 0;
  for (let k = 0; k < d_mlp; k++) {
    let S = Math.abs(of.c.mid[k]), radius = of.c.rad[k];
    for (let j = 0; j < n; j++) {
      const at = latent[j] * d_mlp + k;
      a[j] = act[j] * of.w.mid[at];
      S += Math.abs(a[j]);
      radius += act[j] * of.w.rad[at];
    }
    const wrong = (radius + (2 * n + 4) * U * S) * GROW + TINY;
    const neuron = { a, c: of.c.mid[k], S, wrong };
    const { through, error } = difference(activation, neuron);
    movedError += (error + (d_mlp + 2) * U * Math.abs(through)) * outNorms[k];
    addRow(moved, through, { W_out, k });
    if (method === "exact") {
      const { E, error } = exactExcess(activation, neuron);
      excessError += (error + (d_mlp + 2) * U * Math.abs(E)) * outNorms[k];
      addRow(excess, E, { W_out, k });
    } else total += outNorms[k] * neuronBound(activation, neuron, method);
  }
  const deviation = down(norm(moved) * (1 - 1e-12) - movedError * GROW - TINY);
  const residual = method === "exact"
    ? up(norm(excess) * GROW + excessError * GROW + 1e-150) // squares below 1e-308 are lost
    : up(total * GROW);
  return { residual, deviation: Math.max(0, deviation) };
}

/** One neuron: its contributions a, c, S = |c| + Σ|a|, and how wrong any partial sum may be. */
type Neuron = { a: Float64Array; c: number; S: number; wrong: number };

function neuronBound(activation: ProvenActivation, neuron: Neuron, method: Method): number {
  if (method === "dominant") return dominant(activation, neuron);
  if (method === "telescoping") return telescoping(activation, neuron);
  const { E, error } = exactExcess(activation, neuron);
  return Math.abs(E) + error;
}

function dominant({ osc }: ProvenActivation, { a, wrong }: Neuron): number {
  let sum = 0, most = 0;
  for (const x of a) {
    sum += Math.abs(x);
    most = Math.max(most, Math.abs(x));
  }
  // sum - most loses digits of both; `wrong` covers (2 n + 4) u of the larger, the radii stand in it.
  return a.length < 2 ? 0 : osc * (sum - most + 2 * wrong) * GROW;
}

function telescoping(activation: ProvenActivation, neuron: Neuron): number {
  const { a, c } = neuron, { value } = activation;
  const sorted = bySize(a);
  const at = value(c);
  let s = c + (sorted[0] ?? 0), before = value(s), total = 0;
  for (let j = 1; j < sorted.length; j++) {
    s += sorted[j];
    const after = value(s);
    total += Math.abs(after - before - (value(c + sorted[j]) - at));
    before = after;
  }
  return a.length < 2
    ? 0
    : (total + a.length * (4 * valueError(activation, neuron) + 24 * U * neuron.S)) * GROW;
}

/** Falling size, by insertion: there are a dozen, and this runs for every neuron of every token. */
function bySize(a: Float64Array): Float64Array {
  const sorted = a.slice();
  for (let i = 1; i < sorted.length; i++) {
    const x = sorted[i];
    let at = i;
    for (; at > 0 && Math.abs(sorted[at - 1]) < Math.abs(x); at--) sorted[at] = sorted[at - 1];
    sorted[at] = x;
  }
  return sorted;
}

function exactExcess(activation: ProvenActivation, neuron: Neuron): { E: number; error: number } {
  const { a, c, S } = neuron, { value } = activation, n = a.length;
  if (n < 2) return { E: 0, error: 0 };
  const at = value(c);
  let z = c, singles = 0;
  for (let j = 0; j < n; j++) {
    z += a[j];
    singles += value(c + a[j]) - at;
  }
  const E = value(z) - at - singles;
  // 2 n values of φ, each at most 1.13 S in size, in 2 n sums of at most 2 n + 1 such values.
  const error = 2 * n * valueError(activation, neuron) + (2 * n + 2) ** 2 * 1.2 * U * S;
  return { E, error: error * GROW };
}

/** φ(z) - φ(c). */
function difference(
  activation: ProvenActivation,
  neuron: Neuron,
): { through: number; error: number } {
  const { a, c, S } = neuron;
  let z = c;
  for (const x of a) z += x;
  const through = activation.value(z) - activation.value(c);
  return { through, error: (2 * valueError(activation, neuron) + 3 * U * S) * GROW };
}

/** How wrong a value of φ at a partial sum may be. */
function valueError({ steepest, slack }: ProvenActivation, { S, wrong }: Neuron): number {
  return (steepest * wrong + slack * (S + wrong)) * GROW + TINY;
}

function addRow(
  sum: Float64Array,
  x: number,
  { W_out, k }: { W_out: Float64Array; k: number },
): void {
  for (let i = 0, at = k * sum.length; i < sum.length; i++, at++) sum[i] += x * W_out[at];
}

function norm(x: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += value * value;
  return Math.sqrt(sum);
}
