/**
 * Recipes and numbers of several seeds in words, and the colours of the recipes in every figure.
 * @module
 */
import {
  COMPARED,
  type ComparedRecipe,
  type CrosscodersSettings,
} from "../../lib/crosscoder/run/presets.ts";
import {
  type CoderResult,
  type CrosscodersResults,
  ofLevel,
  type PlantedResult,
} from "../../lib/crosscoder/run/results.ts";
import type { Count } from "../../lib/numerics/counts.ts";
import { type Spread, spread } from "../../lib/numerics/statistics.ts";
import { colourScale } from "../../lib/plot/series.ts";

const WORDS: Record<ComparedRecipe | "random", string> = {
  anthropic_jan25: "JumpReLU, tanh",
  l1: "L1",
  batchtopk: "BatchTopK",
  topk_auxk: "TopK, AuxK",
  gemma_scope_2: "JumpReLU, L0",
  frozen_decoder: "frozen decoder",
  soft_frozen_decoder: "soft-frozen decoder",
  frozen_encoder: "frozen encoder",
  random: "random dictionary",
};

/** A recipe in words. */
export function words(recipe: ComparedRecipe | "random"): string {
  return WORDS[recipe];
}

/** A colour for each recipe, by its words. */
export function recipeColours(): Record<string, string> {
  const { domain, range } = colourScale(COMPARED.map(words));
  return Object.fromEntries(domain.map((name, i) => [name, range[i] as string]));
}

/** `0.212 ± 0.003`. */
export function pm({ mean, sd }: Spread): string {
  return `${mean.toFixed(3)} ± ${sd.toFixed(3)}`;
}

/** Shares in percent, `54 ± 3 %`. */
export function percents(values: readonly number[]): string {
  const { mean, sd } = spread(values.map((value) => 100 * value));
  return `${mean.toFixed(0)} ± ${sd.toFixed(0)} %`;
}

/** From 0 to 1; 0 of none. */
export function share({ count, of }: Count): number {
  return of === 0 ? 0 : count / of;
}

/** The results of one recipe on the planted task, one a seed. */
export function plantedOf(
  { planted }: Pick<CrosscodersResults, "planted">,
  recipe: PlantedResult["recipe"],
): PlantedResult[] {
  return planted.filter((one) => one.recipe === recipe);
}

/**
 * Every recipe at every level, with its crosscoders of all seeds, and in words what sets the level.
 */
export function everyLevel(
  { coders, settings }: { coders: readonly CoderResult[]; settings: CrosscodersSettings },
) {
  return COMPARED.flatMap((recipe) =>
    settings.levels[recipe].map((options, level) => {
      const [[name, value]] = Object.entries(options);
      const seeds = ofLevel(coders, { recipe, level, settings });
      return { recipe, level, seeds, set: `${name} ${value}` };
    })
  );
}
