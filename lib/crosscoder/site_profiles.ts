/**
 * Where a latent writes, and whether in one direction: the norms of its decoder vectors at all
 * sites, and the cosines between them.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { overLargest, siteCosines, siteNorms } from "./site_profiles.ts";
 * const W_dec = { shape: [1, 2, 2], data: Float32Array.of(3, 4, 0, 1) };
 * assertEquals(siteNorms(W_dec, 0), [5, 1]);
 * assertEquals(siteNorms(W_dec, 0, [1, 10]), [5, 10]);
 * assertEquals(overLargest([5, 10]), [0.5, 1]);
 * assertEquals(siteCosines(W_dec, 0)[1], 0.8);
 * ```
 * @module
 */
import type { HostArray } from "../io/host_array.ts";
import { cosineTable } from "./planted/match.ts";

/**
 * W_dec [d_sae, n_sites, d_in] → the L2 norm of a latent's vector at each site [n_sites], times
 * `scale` [n_sites] where given: that of a folded crosscoder turns units of the model's activations
 * into those that training saw, in which all sites weigh alike.
 */
export function siteNorms(
  W_dec: HostArray,
  latent: number,
  scale?: readonly number[],
): number[] {
  const [, n_sites, d_in] = W_dec.shape;
  return Array.from({ length: n_sites }, (_, site) => {
    let squares = 0;
    const from = (latent * n_sites + site) * d_in;
    for (let j = from; j < from + d_in; j++) squares += W_dec.data[j] ** 2;
    return Math.sqrt(squares) * (scale?.[site] ?? 1);
  });
}

/** Norms over the largest of them, which becomes 1; zeros stay. */
export function overLargest(norms: readonly number[]): number[] {
  const largest = norms.reduce((most, norm) => Math.max(most, norm), 0);
  return norms.map((norm) => largest > 0 ? norm / largest : 0);
}

/** Cosines between a latent's vectors at two sites [n_sites²]; 0 where a vector is 0. */
export function siteCosines({ shape, data }: HostArray, latent: number): number[] {
  const [, n_sites, d_in] = shape, width = n_sites * d_in;
  const row = data.subarray(latent * width, (latent + 1) * width);
  const sites = { shape: [n_sites, d_in], data: row };
  return [...cosineTable(sites, sites)];
}
