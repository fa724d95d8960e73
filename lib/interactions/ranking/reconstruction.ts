/** What active latents write at a site, on the CPU: some latents a token. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { HostArray } from "../../io/host_array.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";

/**
 * x̂ = Σ_i f_i d_i + b_dec at one site of a crosscoder, [tokens, d_in]; without it, an MLP's players
 * have no error node.
 */
export function reconstruction(
  { tokens, start, latent, act }: ActiveLatents,
  { config: { d_in, sites }, arrays: { W_dec, b_dec } }: Crosscoder,
  site: number,
): HostArray {
  const data = new Float32Array(tokens * d_in), sum = new Float64Array(d_in);
  for (let t = 0; t < tokens; t++) {
    sum.forEach((_, n) => sum[n] = b_dec.data[site * d_in + n]);
    for (let e = start[t]; e < start[t + 1]; e++) {
      const from = (latent[e] * sites.length + site) * d_in;
      for (let n = 0; n < d_in; n++) sum[n] += act[e] * W_dec.data[from + n];
    }
    data.set(sum, t * d_in);
  }
  return { shape: [tokens, d_in], data };
}
