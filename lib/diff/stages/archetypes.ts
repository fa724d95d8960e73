/**
 * Three kinds of latents, by how their decoder vectors lie at the sites of a crosscoder: one that
 * lives at a single site, one that writes in the same direction everywhere, and one whose direction
 * turns from site to site. After the archetypes of Lindsey et al. 2024, "Sparse Crosscoders".
 *
 * @module
 */
import { overLargest, siteCosines, siteNorms } from "../../crosscoder/site_profiles.ts";
import type { HostArray } from "../../io/host_array.ts";

/** Kinds of latents by how their decoder rows lie over the sites. */
export const ARCHETYPES = ["one site", "one direction", "turning direction"] as const;
/** One of them. */
export type Archetype = typeof ARCHETYPES[number];

/** A direction is compared where the norm is at least this share of the largest one. */
const PRESENT = 0.1;

/**
 * Of the given latents of W_dec [d_sae, n_sites, d_in] the clearest one of each kind:
 *
 *   one site            the largest share of the squared norm at one site
 *   one direction       the largest least cosine between two sites
 *   turning direction   neighbouring sites most alike beside how unlike the first and the last are
 *
 * The two latter are looked for among latents that have a tenth of their largest norm, or more, at
 * every site; `undefined` where there is none. `scale` [n_sites] as in siteNorms(). Ties go to the
 * first.
 */
export function archetypes(
  W_dec: HostArray,
  latents: readonly number[],
  { scale }: { scale?: readonly number[] } = {},
): Record<Archetype, number | undefined> {
  const norms = (latent: number) => overLargest(siteNorms(W_dec, latent, scale));
  const everywhere = latents.filter((latent) => norms(latent).every((norm) => norm >= PRESENT));
  const cosines = (latent: number) => siteCosines(W_dec, latent);
  return {
    "one site": best(latents, (latent) => concentration(norms(latent))),
    "one direction": best(everywhere, (latent) => Math.min(...cosines(latent))),
    "turning direction": best(everywhere, (latent) => turning(cosines(latent), W_dec.shape[1])),
  };
}

function best(latents: readonly number[], score: (latent: number) => number): number | undefined {
  let found: { latent: number; score: number } | undefined;
  for (const latent of latents) {
    const next = { latent, score: score(latent) };
    if (found === undefined || next.score > found.score) found = next;
  }
  return found?.latent;
}

/** The largest share of the squared norm, norms over the largest: 1 / Σ n². */
function concentration(norms: readonly number[]): number {
  const squares = norms.reduce((sum, norm) => sum + norm * norm, 0);
  return squares > 0 ? 1 / squares : 0;
}

function turning(cosines: readonly number[], n_sites: number): number {
  if (n_sites < 2) return 0;
  const neighbours = neighbourCosines(cosines, n_sites);
  const mean = neighbours.reduce((sum, cosine) => sum + cosine, 0) / neighbours.length;
  return mean - cosines[n_sites - 1];
}

/** Of a table [n_sites²] the cosines of each site with the next one [n_sites - 1]. */
export function neighbourCosines(cosines: readonly number[], n_sites: number): number[] {
  return Array.from({ length: n_sites - 1 }, (_, l) => cosines[l * n_sites + l + 1]);
}
