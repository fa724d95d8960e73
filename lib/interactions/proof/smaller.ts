/**
 * Dictionaries of fewer latents and fewer of them a token, out of one that is trained: how the error
 * of the reconstruction and the length of a proof go together.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { reconstruction } from "../ranking/reconstruction.ts";

/** `d_sae` latents are kept, those that write most over the text; at most `k` of them at a token. */
export type Kept = { d_sae: number; k: number };

/** The entries that remain: at each token the `k` that write most, f ‖d‖ over all sites. */
export function keepFewer(
  { arrays: { W_dec }, config }: Crosscoder,
  { tokens, start, latent, act, d_sae }: ActiveLatents,
  kept: Kept,
): ActiveLatents {
  const width = config.sites.length * config.d_in;
  const norms = Float64Array.from(
    { length: d_sae },
    (_, i) => Math.hypot(...W_dec.data.subarray(i * width, (i + 1) * width)),
  );
  const written = new Float64Array(d_sae);
  latent.forEach((i, e) => written[i] += (act[e] * norms[i]) ** 2);
  const order = Array.from(written.keys()).sort((i, j) => written[j] - written[i] || i - j);
  const stays = new Set(order.slice(0, kept.d_sae));
  const ends = [0], entries: number[] = [];
  for (let t = 0; t < tokens; t++) {
    const here: number[] = [];
    for (let e = start[t]; e < start[t + 1]; e++) if (stays.has(latent[e])) here.push(e);
    const size = (e: number) => act[e] * norms[latent[e]];
    entries.push(...here.sort((e, f) => size(f) - size(e)).slice(0, kept.k).sort((e, f) => e - f));
    ends.push(entries.length);
  }
  return {
    tokens,
    d_sae,
    start: Uint32Array.from(ends),
    latent: Uint32Array.from(entries, (e) => latent[e]),
    act: Float32Array.from(entries, (e) => act[e]),
  };
}

/** Squared error over squared deviation from the mean, of x [tokens, d_in] at one site. */
export function unexplained(
  coder: Crosscoder,
  active: ActiveLatents,
  { x, site }: { x: Float32Array; site: number },
): number {
  const { d_in } = coder.config, { data: xhat } = reconstruction(active, coder, site);
  const mean = new Float64Array(d_in);
  x.forEach((value, at) => mean[at % d_in] += value / active.tokens);
  let error = 0, spread = 0;
  x.forEach((value, at) => {
    error += (value - xhat[at]) ** 2;
    spread += (value - mean[at % d_in]) ** 2;
  });
  return error / spread;
}

/** Pairs of latents that are active at one token somewhere. */
export function pairsMet({ tokens, start, latent, d_sae }: ActiveLatents): number {
  const met = new Set<number>();
  for (let t = 0; t < tokens; t++) {
    for (let e = start[t]; e < start[t + 1]; e++) {
      for (let f = e + 1; f < start[t + 1]; f++) met.add(latent[e] * d_sae + latent[f]);
    }
  }
  return met.size;
}
