/**
 * Encoding and decoding on the CPU, in float64: for a few rows, and independent of every kernel.
 * @module
 */
import { activationOf } from "./activations/mod.ts";
import type { Crosscoder } from "./check_coder.ts";
import { hostDecoderNorms } from "./host_decoder_norms.ts";

/**
 * What a crosscoder makes of rows: latents [rows][d_sae], and activations and reconstruction
 * [rows][n_sites · d_in], scaled.
 */
export type HostCode = { acts: Float64Array[]; x: Float64Array[]; x_hat: Float64Array[] };

/** Raw activations, row by row [n_sites · d_in], through a crosscoder, folded or not. */
export function hostEncode(coder: Crosscoder, rows: readonly ArrayLike<number>[]): HostCode {
  const { config: { activation, d_in, d_sae, scale, folded }, arrays } = coder;
  const { W_enc, W_dec, b_enc, b_dec, threshold } = arrays;
  const N = scale.length * d_in, norms = hostDecoderNorms(coder);
  const factor = Float64Array.from({ length: N }, (_, j) => scale[Math.floor(j / d_in)]);
  const { host } = activationOf(activation.kind);
  const given = { norms, threshold: threshold?.data, n_sites: scale.length };
  const code: HostCode = { acts: [], x: [], x_hat: [] };
  for (const row of rows) {
    const x = factor.map((s, j) => s * row[j]);
    const z = Float64Array.from(b_enc.data);
    for (let j = 0; j < N; j++) {
      const value = folded ? row[j] : x[j];
      for (let i = 0; i < d_sae; i++) z[i] += value * W_enc.data[j * d_sae + i];
    }
    const acts = host(z, given, activation);
    const x_hat = Float64Array.from(b_dec.data);
    acts.forEach((f, i) => {
      if (f !== 0) { for (let j = 0; j < N; j++) x_hat[j] += f * W_dec.data[i * N + j]; }
    });
    code.acts.push(acts);
    code.x.push(x);
    code.x_hat.push(folded ? x_hat.map((v, j) => factor[j] * v) : x_hat);
  }
  return code;
}
