/**
 * A fresh crosscoder by its recipe, trained on rows from anywhere: activations or planted ones.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import type { Checkpoint } from "../../io/checkpoint.ts";
import type { Random } from "../../numerics/random.ts";
import type { OnLog } from "../../tensor/run_training.ts";
import { activationConfig } from "../activations/mod.ts";
import type { Crosscoder } from "../coder.ts";
import { coderConfig } from "../coder_config.ts";
import type { PoolFeed } from "../harvest/feed.ts";
import { initialise } from "../initialise.ts";
import { recipeOf } from "../recipes.ts";
import type { RecipeSettings } from "../settings.ts";
import { trainCrosscoder } from "../train.ts";
import type { CoderSteps, ComparedRecipe, Level } from "./presets.ts";

/** The settings of a recipe with steps, batch, rate and level replaced. */
export function settingsOf(recipe: ComparedRecipe, replaced: CoderSteps & Level): RecipeSettings {
  return { ...recipeOf("compare crosscoders", recipe).settings, ...replaced };
}

/** Trains one and returns it unfolded. */
export async function makeCoder(
  gpu: Gpu,
  feed: PoolFeed,
  { recipe, settings, sites, d_in, d_sae, scale, random, name, checkpoint, onLog }: {
    recipe: ComparedRecipe;
    settings: RecipeSettings;
    sites: readonly string[];
    d_in: number;
    d_sae: number;
    scale: number[];
    random: Random;
    name: string;
    checkpoint?: Checkpoint;
    onLog?: OnLog;
  },
): Promise<Crosscoder> {
  const { activation: kind, normalisation } = recipeOf("compare crosscoders", recipe);
  const activation = activationConfig(kind, settings);
  const config = coderConfig({ sites, d_in, d_sae, scale, recipe, activation, normalisation });
  const initial = await initialise(gpu, config, { pool: feed.pool, random });
  return await trainCrosscoder(gpu, initial, { name, settings, feed, onLog, checkpoint });
}
