/**
 * What figures show of single latents: decoder norms at each site, cosines between sites, how often
 * they fire.
 * @module
 */
import type { Random } from "../../numerics/random.ts";
import { cosineTable } from "../planted/match.ts";
import { type Crosscoder, unfold } from "../coder.ts";
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
  const [d_sae, n_sites, d_in] = W_dec.shape;
  const vector = (latent: number, site: number) => {
    const start = (latent * n_sites + site) * d_in;
    return W_dec.data.subarray(start, start + d_in);
  };
  const relativeNorms = (latent: number) => {
    const norms = Array.from({ length: n_sites }, (_, site) => norm(vector(latent, site)));
    const largest = norms.reduce((most, n) => Math.max(most, n), 0);
    return norms.map((n) => largest > 0 ? n / largest : 0);
  };
  const alive = Array.from({ length: d_sae }, (_, i) => i).filter((i) => density[i] > 0);
  const drawn = random.shuffle([...alive]);
  const several = alive.filter((i) => relativeNorms(i).filter((n) => n >= LIVES).length >= 2);
  return {
    density: [...density],
    norms: drawn.slice(0, NORMS).map(relativeNorms),
    cosines: drawn.slice(0, COSINES).map((latent) => {
      const start = latent * n_sites * d_in;
      const data = W_dec.data.subarray(start, start + n_sites * d_in);
      const sites = { shape: [n_sites, d_in], data };
      return { latent, cosines: [...cosineTable(sites, sites)] };
    }),
    several: { count: several.length, of: alive.length },
  };
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
