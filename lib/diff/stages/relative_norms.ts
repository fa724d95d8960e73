/**
 * A crosscoder of two models at once: which latents does one model have alone, and which do both
 * share? After Lindsey et al. 2024, "Sparse Crosscoders", and Anthropic's "Insights on Crosscoder
 * Model Diffing", February 2025.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { modelCosines, relativeNorms, sideOf } from "./relative_norms.ts";
 * const sites = [{ model: "a", hook: "hook_embed" }, { model: "b", hook: "hook_embed" }];
 * // both models alike; b three times as long; b alone
 * const W_dec = { shape: [3, 2, 2], data: Float32Array.of(0, 1, 0, 1, 1, 0, 0, 3, 0, 0, 2, 0) };
 * const pair = { W_dec, sites, models: ["a", "b"] as const };
 * assertEquals(relativeNorms(pair), [0.5, 0.75, 1]);
 * assertEquals(relativeNorms(pair).map(sideOf), ["shared", "between", "second alone"]);
 * assertEquals([...modelCosines(pair)], [1, 0, 0]);
 * ```
 * @module
 */
import { siteNorms } from "../../crosscoder/site_profiles.ts";
import type { Site } from "../../crosscoder/sites.ts";
import type { HostArray } from "../../io/host_array.ts";
import { cosine } from "../../numerics/cosine.ts";

/**
 * W_dec [d_sae, n_sites, d_in] at sites of two models, first those of `models[0]`, in the same order
 * as those of `models[1]`; `scale` [n_sites] where it is folded in.
 */
export type ModelPairDecoder = {
  W_dec: HostArray;
  sites: readonly Site[];
  models: readonly [string, string];
  scale?: readonly number[];
};

/**
 * For each latent the share of its decoder's norm that lies in the second model [d_sae],
 * n_second / (n_first + n_second) with n the sum over a model's sites of the L2 norm: 0 for one of
 * the first model alone, 1 for one of the second, 0.5 for a latent of zeros too. Norms are in units of each site's
 * scale. Throws where the two models have not the same sites.
 */
export function relativeNorms(pair: ModelPairDecoder): number[] {
  return normVectors(pair).map((norms) => relativeNorm(norms));
}

/** The same of one latent's norms [n_sites], the first model's sites before the second's. */
export function relativeNorm(norms: readonly number[]): number {
  const half = norms.length / 2, sum = (part: readonly number[]) => part.reduce((a, b) => a + b, 0);
  const [first, second] = [sum(norms.slice(0, half)), sum(norms.slice(half))];
  return first + second > 0 ? second / (first + second) : 0.5;
}

/** Norms of every latent at every site, in units of the site's scale: [d_sae][n_sites]. */
export function normVectors(pair: ModelPairDecoder): number[][] {
  expectPair(pair);
  const { W_dec, scale } = pair;
  return Array.from({ length: W_dec.shape[0] }, (_, latent) => siteNorms(W_dec, latent, scale));
}

/**
 * The cosine between a latent's decoder vector in one model, over all its sites, and in the other
 * [d_sae]; 0 where one has none. `of`: the latent whose vector in the second model is taken, by
 * default the same.
 */
export function modelCosines(
  pair: ModelPairDecoder,
  of: (latent: number) => number = (latent) => latent,
): Float64Array {
  expectPair(pair);
  const { W_dec: { shape, data }, scale } = pair, [d_sae, n_sites, d_in] = shape;
  const half = n_sites * d_in / 2;
  const part = (latent: number, model: 0 | 1) => {
    const from = (2 * latent + model) * half, site = model * n_sites / 2;
    return Float64Array.from(
      data.subarray(from, from + half),
      (value, j) => value * (scale?.[site + Math.floor(j / d_in)] ?? 1),
    );
  };
  return Float64Array.from(
    { length: d_sae },
    (_, latent) => cosine(part(latent, 0), part(of(latent), 1)),
  );
}

/** Where the published figures part latents by their relative norm: between these they are shared. */
export const SHARED = [0.3, 0.7] as const;

/** Below the first and above the second they are of one model alone. */
export const ALONE = [0.05, 0.95] as const;

/** `between`: neither shared nor of one model alone. */
export const SIDES = ["first alone", "shared", "second alone", "between"] as const;
export type Side = typeof SIDES[number];

/** On which side of SHARED and ALONE a relative norm lies. */
export function sideOf(relative: number): Side {
  if (relative < ALONE[0]) return "first alone";
  if (relative > ALONE[1]) return "second alone";
  return relative >= SHARED[0] && relative <= SHARED[1] ? "shared" : "between";
}

function expectPair({ sites, models: [first, second] }: ModelPairDecoder): void {
  const half = sites.length / 2;
  const hooks = (model: string) => sites.filter((site) => site.model === model).map((s) => s.hook);
  const [a, b] = [hooks(first).join(", "), hooks(second).join(", ")];
  const inOrder = sites.every(({ model }, i) => model === (i < half ? first : second));
  if (inOrder && a === b && a !== "") return;
  throw new RangeError(
    `Cannot compare two models in a crosscoder: expected the same sites of ${first} and then of ` +
      `${second} but found ${
        sites.map(({ model, hook }) => `${model}:${hook}`).join(", ")
      }: train ` +
      "one on both models at the same hooks",
  );
}
