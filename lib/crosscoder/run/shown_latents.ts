/**
 * What figures show of single latents: decoder norms at each site, cosines between sites, how often
 * they fire.
 * @module
 */
import type { Random } from "../../numerics/random.ts";
import { type Crosscoder, unfold } from "../coder.ts";
import { overLargest, siteCosines, siteNorms } from "../site_profiles.ts";
import type { LatentsResult } from "./results.ts";

/** Latents of which the norms are shown, and of which the cosines are. */
const NORMS = 50, COSINES = 9;

/** A latent lives at a site where its decoder norm is at least this share of its largest one. */
const LIVES = 0.5;

/**
 * Of a folded crosscoder; `density` [d_sae]. Latents are drawn of those that fire. Norms are in
 * units of each site's scale.
 */
export function shownLatents(
  coder: Crosscoder,
  density: readonly number[],
  random: Random,
): Omit<LatentsResult, "recipe"> {
  const { arrays: { W_dec } } = unfold(coder);
  const d_sae = W_dec.shape[0];
  const relativeNorms = (latent: number) => overLargest(siteNorms(W_dec, latent));
  const alive = Array.from({ length: d_sae }, (_, i) => i).filter((i) => density[i] > 0);
  const drawn = random.shuffle([...alive]);
  const several = alive.filter((i) => relativeNorms(i).filter((n) => n >= LIVES).length >= 2);
  return {
    density: [...density],
    norms: drawn.slice(0, NORMS).map(relativeNorms),
    cosines: drawn.slice(0, COSINES).map((latent) => ({
      latent,
      cosines: siteCosines(W_dec, latent),
    })),
    several: { count: several.length, of: alive.length },
  };
}
