/**
 * Sizes of the comparison of crosscoders. A preset changes sizes only, never what is done.
 *
 * All recipes of a preset see the same number of tokens; what a recipe is made to differ in is how
 * many latents fire, by the one number that it has for that.
 * @module
 */
import { exactly, expectForm, oneOf } from "../../io/form.ts";
import { type GptNeoConfig, gptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
import type { LanguageModelTraining } from "../../model/train.ts";
import type { PlantedOptions } from "../planted/task.ts";

/** The sizes of a comparison of crosscoders. */
export const PRESETS = ["smoke", "small", "paper"] as const;
/** One of them. */
export type Preset = typeof PRESETS[number];

/** Recipes that learn a dictionary, by their names in RECIPES. */
export const TRAINED = [
  "anthropic_jan25",
  "l1",
  "batchtopk",
  "topk_auxk",
  "gemma_scope_2",
] as const;
/** Recipes that keep most of a random one. */
export const FROZEN = ["frozen_decoder", "soft_frozen_decoder", "frozen_encoder"] as const;
/** All recipes that are compared. */
export const COMPARED = [...TRAINED, ...FROZEN];
/** A recipe that a run compares. */
export type ComparedRecipe = typeof COMPARED[number];

/**
 * The recipe that the baselines are made of, and whose sizes are varied: it reaches any L0 without
 * a search.
 */
export const REFERENCE = "batchtopk" as const;

/**
 * What a recipe has to set how many latents fire: a number of them, or the weight of its penalty.
 */
export type Level = { k?: number; lambda_S?: number; target_L0?: number };

/** The level that is shown where one is shown: the middle one. */
export function middleLevel(levels: readonly Level[]): number {
  return Math.floor(levels.length / 2);
}

/** Tokens of one training, steps times batch, and the rate that all recipes learn at. */
export type CoderSteps = { steps: number; batch: number; lr: number };

/** Everything that sets the size of a run. */
export type CrosscodersSettings = {
  /** Records of the embedded grammar, and stories held out. */
  records: number;
  heldOut: number;
  /** Most frequent ids kept. */
  d_vocab: number;
  model: Omit<GptNeoConfig, "d_vocab">;
  /** Standard deviation of initial weights. */
  std: number;
  pretrain: LanguageModelTraining;
  /**
   * Sequences that crosscoders learn from, all of them in the pool, and held-out ones that they are
   * measured on.
   */
  sequences: number;
  evaluated: number;
  /** Seeds of each crosscoder. */
  seeds: number;
  d_sae: number;
  /** Further dictionary sizes of the reference recipe. */
  widths: number[];
  training: CoderSteps;
  /** From few latents to many; the middle one is shown where one is shown. */
  levels: Record<ComparedRecipe, Level[]>;
  planted: {
    task: PlantedOptions;
    d_sae: number;
    training: CoderSteps;
    /** Rows that the crosscoders are measured on. */
    evaluated: number;
    levels: Record<ComparedRecipe, Level>;
  };
};

/** The settings of a preset. */
export function crosscodersSettings(preset: Preset): CrosscodersSettings {
  expectForm("take settings", { preset }, exactly({ preset: oneOf(PRESETS) }), "name a preset");
  return { smoke, small, paper }[preset]();
}

function sizes(d_model: number, n_layers: number, n_ctx: number): Omit<GptNeoConfig, "d_vocab"> {
  const n_heads = d_model >= 768 ? 16 : 2;
  const { d_vocab: _, tied: _tied, ...rest } = gptNeoConfig({
    d_vocab: 1,
    d_model,
    n_layers,
    n_heads,
    n_ctx,
  });
  return rest;
}

/** The weight of the penalty on L0: strong enough to reach a target within some hundred steps. */
const TO_TARGET = 100;

/** Levels of all recipes: numbers of latents, and weights of the two penalties that count none. */
function levelsOf(
  { k, tanh, l1 }: { k: number[]; tanh: number[]; l1: number[] },
): Record<ComparedRecipe, Level[]> {
  const latents = k.map((k) => ({ k }));
  const baseline = [latents[middleLevel(latents)]];
  return {
    anthropic_jan25: tanh.map((lambda_S) => ({ lambda_S })),
    l1: l1.map((lambda_S) => ({ lambda_S })),
    batchtopk: latents,
    topk_auxk: latents,
    gemma_scope_2: k.map((target_L0) => ({ target_L0, lambda_S: TO_TARGET })),
    frozen_decoder: baseline,
    soft_frozen_decoder: baseline,
    frozen_encoder: baseline,
  };
}

function plantedLevels(
  levels: { k: number; tanh: number; l1: number },
): Record<ComparedRecipe, Level> {
  const { k, tanh, l1 } = levels;
  const all = levelsOf({ k: [k], tanh: [tanh], l1: [l1] });
  return Object.fromEntries(
    Object.entries(all).map(([recipe, [level]]) => [recipe, level]),
  ) as Record<ComparedRecipe, Level>;
}

function smoke(): CrosscodersSettings {
  return {
    records: 1200,
    heldOut: 100,
    d_vocab: 1000,
    model: sizes(32, 2, 128),
    std: 0.08,
    pretrain: { steps: 100, batch: 8, sequenceLength: 64, lr: 8e-3 },
    sequences: 200,
    evaluated: 32,
    seeds: 3,
    d_sae: 96,
    widths: [48],
    training: { steps: 32, batch: 64, lr: 1e-2 },
    levels: levelsOf({ k: [6, 16], tanh: [1, 0.2], l1: [2, 0.5] }),
    planted: {
      task: { n_features: 48, n_sites: 3, d_in: 8, L0: 2, zipf: 0.5, partial: 0.5, noise: 0.01 },
      d_sae: 48,
      training: { steps: 96, batch: 64, lr: 1e-2 },
      evaluated: 1024,
      levels: plantedLevels({ k: 2, tanh: 0.2, l1: 2 }),
    },
  };
}

function small(): CrosscodersSettings {
  return {
    records: 4000,
    heldOut: 200,
    d_vocab: 1500,
    model: sizes(32, 4, 128),
    std: 0.08,
    pretrain: { steps: 400, batch: 16, sequenceLength: 64, lr: 8e-3 },
    sequences: 1000,
    evaluated: 128,
    seeds: 3,
    d_sae: 256,
    widths: [64, 128],
    training: { steps: 384, batch: 128, lr: 1e-2 },
    levels: levelsOf({ k: [6, 12, 24], tanh: [0.15, 0.05, 0.015], l1: [1, 0.4, 0.15] }),
    planted: {
      task: { n_features: 128, n_sites: 3, d_in: 16, L0: 4, zipf: 0.5, partial: 0.5, noise: 0.01 },
      d_sae: 128,
      training: { steps: 512, batch: 128, lr: 1e-2 },
      evaluated: 4096,
      levels: plantedLevels({ k: 4, tanh: 0.2, l1: 2 }),
    },
  };
}

function paper(): CrosscodersSettings {
  return {
    records: 200_000,
    heldOut: 2000,
    d_vocab: 8000,
    model: sizes(768, 4, 2048),
    std: 0.02,
    pretrain: { steps: 20_000, batch: 64, sequenceLength: 128, lr: 5e-4 },
    sequences: 4096,
    evaluated: 1000,
    seeds: 3,
    d_sae: 3072,
    widths: [768, 1536],
    training: { steps: 50_000, batch: 256, lr: 5e-4 },
    levels: levelsOf({ k: [10, 20, 40], tanh: [1, 0.5, 0.25], l1: [4, 2, 1] }),
    planted: {
      task: {
        n_features: 1024,
        n_sites: 5,
        d_in: 64,
        L0: 16,
        zipf: 0.5,
        partial: 0.5,
        noise: 0.01,
      },
      d_sae: 1024,
      training: { steps: 50_000, batch: 256, lr: 5e-4 },
      evaluated: 65_536,
      levels: plantedLevels({ k: 16, tanh: 0.2, l1: 2 }),
    },
  };
}
