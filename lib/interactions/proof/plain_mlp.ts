/** One MLP as its dictionary sees it, in float64 on the CPU: for proofs, which look at few tokens. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { type Nonlinearity, nonlinearity } from "../formulas/nonlinearity.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import type { Mlp } from "../players/mlp.ts";

/**
 * w [d_sae, d_mlp] = ⟨w_in,k, d_i⟩; c [d_mlp], the pre-activation of b_dec alone, as a proof of the
 * reconstruction needs it; W_out [d_mlp, d_model] with the norms of its rows; b_out [d_model].
 */
export type PlainMlp = {
  phi: Nonlinearity;
  d_mlp: number;
  d_model: number;
  w: Float64Array;
  c: Float64Array;
  W_out: Float64Array;
  out_norms: Float64Array;
  b_out: Float64Array;
};

/** `site` is the number of the folded crosscoder's site that the MLP reads. */
export function plainMlp(
  { mlp, coder, site }: { mlp: Mlp; coder: Crosscoder; site: number },
): PlainMlp {
  const { W_dec, b_dec } = coder.arrays, { sites, d_in, d_sae } = coder.config;
  const d_mlp = mlp.b_in.data.length, d_model = mlp.b_out.data.length;
  const read = (row: Float32Array, k: number) => {
    let sum = 0;
    for (let m = 0; m < d_in; m++) sum += mlp.W_in.data[k * d_in + m] * row[m];
    return sum;
  };
  const w = new Float64Array(d_sae * d_mlp);
  for (let i = 0; i < d_sae; i++) {
    const row = rowOf(W_dec.data, i * sites.length + site, d_in);
    for (let k = 0; k < d_mlp; k++) w[i * d_mlp + k] = read(row, k);
  }
  const bias = rowOf(b_dec.data, site, d_in);
  const W_out = Float64Array.from(mlp.W_out.data);
  return {
    phi: nonlinearity(mlp.activation),
    d_mlp,
    d_model,
    w,
    W_out,
    c: Float64Array.from({ length: d_mlp }, (_, k) => mlp.b_in.data[k] + read(bias, k)),
    out_norms: Float64Array.from(
      { length: d_mlp },
      (_, k) => Math.hypot(...W_out.subarray(k * d_model, (k + 1) * d_model)),
    ),
    b_out: Float64Array.from(mlp.b_out.data),
  };
}

/** Row r of a matrix of that width. */
export function rowOf(data: Float32Array, r: number, width: number): Float32Array {
  return data.subarray(r * width, (r + 1) * width);
}

/** Contributions of a token's active latents [n, d_mlp]. */
export function contributionsAt(
  { w, d_mlp }: PlainMlp,
  { start, latent, act }: ActiveLatents,
  token: number,
): Float64Array[] {
  return Array.from({ length: start[token + 1] - start[token] }, (_, n) => {
    const entry = start[token] + n, from = latent[entry] * d_mlp;
    return w.slice(from, from + d_mlp).map((value) => value * act[entry]);
  });
}

/** Σ_k h_k w_out,k of h [d_mlp], [d_model]. */
export function write({ W_out, d_model }: PlainMlp, h: Float64Array): Float64Array {
  const out = new Float64Array(d_model);
  h.forEach((value, k) => {
    for (let m = 0, at = k * d_model; m < d_model; m++, at++) out[m] += value * W_out[at];
  });
  return out;
}
