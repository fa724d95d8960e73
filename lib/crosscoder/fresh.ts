/** A crosscoder before its first step: scales of what it will see, weights as its recipe begins. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { Random } from "../numerics/random.ts";
import { activationConfig } from "./activations/mod.ts";
import type { Crosscoder } from "./coder.ts";
import { coderConfig } from "./coder_config.ts";
import type { PoolFeed } from "./harvest/feed.ts";
import { checkCoderSize, initialise } from "./initialise.ts";
import { type RecipeName, RECIPES } from "./recipes.ts";
import { siteScales } from "./scale.ts";
import type { RecipeSettings } from "./settings.ts";
import type { Site } from "./sites.ts";

/**
 * Unfolded, for the rows of a feed's pool; `settings` are the recipe's. Throws where its weights do
 * not fit into a buffer, and where a site is 0 on all rows.
 */
export async function freshCoder(
  gpu: Gpu,
  { pool }: Pick<PoolFeed, "pool">,
  { sites, d_in, d_sae, recipe = "anthropic_jan25", settings, random }: {
    sites: Site[];
    d_in: number;
    d_sae: number;
    recipe?: RecipeName;
    settings: RecipeSettings;
    random: Random;
  },
): Promise<Crosscoder> {
  checkCoderSize(gpu, { n_sites: sites.length, d_in, d_sae });
  const { normalisation, activation: kind } = RECIPES[recipe];
  const scale = normalisation === "none"
    ? sites.map(() => 1)
    : await siteScales(pool, { n_sites: sites.length, d_in });
  const activation = activationConfig(kind, settings);
  const config = { sites, d_in, d_sae, scale, recipe, activation, normalisation };
  return await initialise(gpu, coderConfig(config), { pool, random });
}
