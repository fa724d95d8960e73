/** The latents whose decoders point nearest to one latent's. @module */
import type { HostArray } from "../../io/host_array.ts";
import { sizeOf } from "../../io/host_array.ts";
import { cosine } from "../../numerics/cosine.ts";

/**
 * `n` latents by falling cosine of their decoder rows to that of `latent`, itself first; all of them
 * where there are fewer. W_dec [d_sae, n_sites, d_in]: all sites together, in the units it is given in.
 */
export function neighbourhood(W_dec: HostArray, latent: number, n: number): number[] {
  const [d_sae, ...rest] = W_dec.shape, width = sizeOf(rest);
  const row = (i: number) => W_dec.data.subarray(i * width, (i + 1) * width);
  const near = Array.from({ length: d_sae }, (_, i) => ({
    i,
    cosine: i === latent ? Infinity : cosine(row(latent), row(i)),
  }));
  near.sort((a, b) => b.cosine - a.cosine || a.i - b.i);
  return near.slice(0, n).map(({ i }) => i);
}
