/**
 * What a comparison of crosscoders leaves behind: the types of results.json, and reading it.
 * @module
 */
import { join } from "node:path";
import { expectForm, having, list, maybe, number, oneOf, text, whole } from "../../io/form.ts";
import { readJson } from "../../io/files.ts";
import { expectPath } from "../../io/regular_files.ts";
import { escaped } from "../../io/show.ts";
import type { Count } from "../../numerics/counts.ts";
import { checkSettings, SETTINGS_FORM } from "./settings_form.ts";
import {
  COMPARED,
  type ComparedRecipe,
  type CrosscodersSettings,
  middleLevel,
  REFERENCE,
} from "./presets.ts";

/** One crosscoder on activations of the language model, measured on held-out sequences. */
export type CoderResult = {
  recipe: ComparedRecipe;
  /** Number of its level in the settings. */
  level: number;
  seed: number;
  d_sae: number;
  tokens: number;
  flops: number;
  L0: number;
  /** Share of variance left, all sites concatenated; and the mean over sites. */
  FVU: number;
  FVU_mean: number;
  dead: number;
  bits: number;
  /** FLOPs so far, and the error of the last batches in the measure that the recipe learns from. */
  curve: { flops: number; error: number }[];
};

/** What is shown of the latents of one crosscoder of each recipe. */
export type LatentsResult = {
  recipe: ComparedRecipe;
  /** Share of held-out tokens on which each latent fires [d_sae]. */
  density: number[];
  /**
   * Decoder norms at each site of latents drawn at random, [up to 50, n_sites], the largest of a
   * latent being 1.
   */
  norms: number[][];
  /** Cosines between the decoder vectors of one latent at two sites, [some latents, n_sites²]. */
  cosines: { latent: number; cosines: number[] }[];
  /**
   * Latents alive, and those of them that have at least half their largest norm at two sites or
   * more.
   */
  several: Count;
};

/** Cosines from which a planted feature counts as found. */
export const THRESHOLDS = [0.7, 0.9] as const;
/** One of them. */
export type Threshold = typeof THRESHOLDS[number];

/** One dictionary on the planted task; `random`: one that saw nothing. */
export type PlantedResult = {
  recipe: ComparedRecipe | "random";
  seed: number;
  /** Undefined for the random dictionary, which has no encoder. */
  L0?: number;
  FVU?: number;
  /** By the threshold of the cosine, "0.7" and "0.9". */
  recall: Record<string, Count>;
  precision: Record<string, Count>;
  /**
   * Recall at 0.9 of the commoner and of the rarer half of the features; and of those that some
   * sites alone know.
   */
  common: Count;
  rare: Count;
  partial: Count;
  whole: Count;
};

/** All that a run of the comparison found. */
export type CrosscodersResults = {
  preset: string;
  seed: number;
  adapter: string;
  settings: CrosscodersSettings;
  /** Held-out cross-entropy of the language model, in nats a token. */
  crossEntropy: number;
  sites: string[];
  coders: CoderResult[];
  latents: LatentsResult[];
  planted: PlantedResult[];
};

const COUNT = having({ count: whole(0), of: whole(0) });
const SHARE = number({ least: 0, most: 1 });
const LEFT = number({ least: 0 });
const RECIPE = oneOf(COMPARED);
const RESULTS = having({
  preset: text,
  seed: number(),
  adapter: text,
  settings: SETTINGS_FORM,
  crossEntropy: LEFT,
  sites: list(text, { least: 1 }),
  coders: list(
    having({
      recipe: RECIPE,
      level: whole(0),
      seed: number(),
      d_sae: whole(1),
      tokens: whole(1),
      flops: LEFT,
      L0: LEFT,
      FVU: LEFT,
      FVU_mean: LEFT,
      dead: whole(0),
      bits: LEFT,
      curve: list(having({ flops: LEFT, error: LEFT }), { least: 1 }),
    }),
    { least: 1 },
  ),
  latents: list(
    having({
      recipe: RECIPE,
      density: list(SHARE, { least: 1 }),
      norms: list(list(SHARE, { least: 1 })),
      cosines: list(having({ latent: whole(0), cosines: list(number()) })),
      several: COUNT,
    }),
    { least: 1 },
  ),
  planted: list(
    having({
      recipe: oneOf([...COMPARED, "random"]),
      seed: number(),
      L0: maybe(LEFT),
      FVU: maybe(LEFT),
      recall: having({ "0.7": COUNT, "0.9": COUNT }),
      precision: having({ "0.7": COUNT, "0.9": COUNT }),
      common: COUNT,
      rare: COUNT,
      partial: COUNT,
      whole: COUNT,
    }),
    { least: 1 },
  ),
});

/** Reads crosscoders/results.json of a run's folder. Throws where it is missing or not whole. */
export async function readCrosscoders(folder: string): Promise<CrosscodersResults> {
  expectPath("read crosscoders", folder, "the folder of a preset, out/small");
  const path = join(folder, "crosscoders", "results.json");
  const action = `read ${escaped(path)}`, todo = "run replicate crosscoders again";
  const found = expectForm(action, await readJson(path), RESULTS, todo);
  const results = found as unknown as CrosscodersResults;
  checkSettings(action, results.settings, todo);
  const n_sites = results.sites.length, { seeds } = results.settings;
  const [wrong] = [...missing(results), ...misshapen(results)];
  if (wrong === undefined) return results;
  throw new Error(
    `Cannot ${action}: expected ${seeds} crosscoders of each recipe, level and width, and of each on ` +
      `planted rows, over ${n_sites} sites, but found ${wrong}: ${todo}`,
  );
}

/** What there is not one of for each seed, in words. */
function missing({ settings, coders, latents, planted }: CrosscodersResults): string[] {
  const { seeds, levels, widths } = settings;
  const usual = COMPARED.flatMap((recipe) =>
    levels[recipe].map((_, level) => ({
      name: `${recipe}, level ${level}`,
      found: ofLevel(coders, { recipe, level, settings }),
    }))
  );
  const level = middleLevel(levels[REFERENCE]);
  const wide = widths.map((d_sae) => ({
    name: `${REFERENCE}, ${d_sae} latents`,
    found: ofLevel(coders, { recipe: REFERENCE, level, settings: { d_sae } }),
  }));
  const onTask = [...COMPARED, "random"].map((name) => ({
    name: `${name} on planted rows`,
    found: planted.filter(({ recipe, FVU }) =>
      recipe === name && (name === "random" || FVU !== undefined)
    ),
  }));
  const shown = COMPARED.filter((name) => !latents.some(({ recipe }) => recipe === name));
  return [
    ...[...usual, ...wide, ...onTask].flatMap(({ name, found }) =>
      found.length === seeds ? [] : [`${found.length} of ${name}`]
    ),
    ...shown.map((name) => `no latents of ${name}`),
  ];
}

function misshapen({ latents, sites: { length: n_sites } }: CrosscodersResults): string[] {
  return latents.flatMap(({ recipe, norms, cosines }) =>
    norms.every((row) => row.length === n_sites) &&
      cosines.every(({ cosines }) => cosines.length === n_sites * n_sites)
      ? []
      : [`other shapes for ${recipe}`]
  );
}

/** The crosscoders of one recipe and level at the usual size, one a seed. */
export function ofLevel(
  coders: readonly CoderResult[],
  { recipe, level, settings }: {
    recipe: ComparedRecipe;
    level: number;
    settings: Pick<CrosscodersSettings, "d_sae">;
  },
): CoderResult[] {
  return coders.filter((coder) =>
    coder.recipe === recipe && coder.level === level && coder.d_sae === settings.d_sae
  );
}
