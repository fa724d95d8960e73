/** The weights of one latent, sites side by side. @module */
import type { Crosscoder } from "./coder.ts";

/** W_dec[i] [n_sites · d_in], a view: what it writes. */
export function decoderRow({ config, arrays }: Crosscoder, latent: number): Float32Array {
  const width = config.sites.length * config.d_in;
  return arrays.W_dec.data.subarray(latent * width, (latent + 1) * width);
}

/** W_enc[·, i] [n_sites · d_in]: what it reads. */
export function encoderRow({ config, arrays }: Crosscoder, latent: number): Float32Array {
  const { sites, d_in, d_sae } = config;
  return Float32Array.from(
    { length: sites.length * d_in },
    (_, j) => arrays.W_enc.data[j * d_sae + latent],
  );
}
