/** Results of a comparison of crosscoders that nobody trained: numbers that can be checked in the head. @module */
import { bitsPerToken } from "../../../lib/crosscoder/bits.ts";
import { coderSpecs } from "../../../lib/crosscoder/run/coders.ts";
import {
  COMPARED,
  type ComparedRecipe,
  crosscodersSettings,
} from "../../../lib/crosscoder/run/presets.ts";
import type { CrosscodersResults, PlantedResult } from "../../../lib/crosscoder/run/results.ts";

/**
 * Preset smoke's settings. FVU is 1 / (1 + L0) plus `penalty` of the recipe plus 10 / d_sae; a recipe finds `recall` of
 * ten features at both thresholds, `rare` of the rarer five; `several` of its three latents live at several sites.
 */
export function syntheticResults(
  { penalty = {}, recall = {}, several = {} }: {
    penalty?: Partial<Record<ComparedRecipe, number>>;
    recall?: Partial<Record<ComparedRecipe | "random", number>>;
    several?: Partial<Record<ComparedRecipe, number>>;
  } = {},
): CrosscodersResults {
  const settings = crosscodersSettings("smoke");
  const n_sites = settings.model.n_layers + 1;
  const coders = coderSpecs(settings).map(({ recipe, level, options, d_sae, seed }) => {
    const L0 = (options.k ?? 6 + 10 * level) + 0.1 * seed;
    const FVU = 1 / (1 + L0) + (penalty[recipe] ?? 0) + 10 / d_sae;
    return {
      ...{ recipe, level, seed, d_sae, L0, FVU, FVU_mean: FVU, tokens: 2048, flops: 1e9, dead: 1 },
      bits: bitsPerToken({ L0, d_sae }),
      curve: [{ flops: 1e8, error: 2 }, { flops: 1e9, error: 1 }],
    };
  });
  const latents = COMPARED.map((recipe) => ({
    recipe,
    density: [0, 0.01, 0.1, 0.5],
    norms: [[1, 0.5, 0], [0, 0.2, 1]].map((row) => row.slice(0, n_sites)),
    cosines: [{ latent: 1, cosines: new Array<number>(n_sites ** 2).fill(0.5) }],
    several: { count: several[recipe] ?? 2, of: 3 },
  }));
  const planted = Array.from(
    { length: settings.seeds },
    (_, seed) =>
      [...COMPARED, "random" as const].map((recipe) => found(recipe, seed, recall[recipe])),
  ).flat();
  const sites = ["blocks.0.hook_resid_pre", "blocks.0.hook_resid_post", "blocks.1.hook_resid_post"];
  const about = { preset: "smoke", seed: 0, adapter: "none", settings, crossEntropy: 3 };
  return { ...about, sites, coders, latents, planted };
}

function found(recipe: PlantedResult["recipe"], seed: number, count = 0): PlantedResult {
  const all = { count, of: 10 };
  const common = Math.min(5, count);
  return {
    recipe,
    seed,
    ...(recipe !== "random" && { L0: 2, FVU: 0.29 }),
    recall: { "0.7": all, "0.9": all },
    precision: { "0.7": all, "0.9": all },
    common: { count: common, of: 5 },
    rare: { count: count - common, of: 5 },
    partial: { count: 0, of: 3 },
    whole: { count: 0, of: 7 },
  };
}
