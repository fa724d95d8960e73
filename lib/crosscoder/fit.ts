/**
 * A crosscoder in one call: from a model and token sequences to trained weights. The stages of a
 * replication are put together from the same parts in lib/diff/run/pipeline.ts; this is the short way
 * for notebooks and first tries.
 *
 * @module
 */
import {
  callback,
  exactly,
  expectForm,
  having,
  integer,
  list,
  maybe,
  number,
  partly,
  text,
  whole,
} from "../io/form.ts";
import { metricWords } from "../io/metric_words.ts";
import type { LanguageModel } from "../model/language_model.ts";
import { stream } from "../numerics/random.ts";
import { CHECKPOINT } from "../tensor/run_training.ts";
import type { LoggedStep } from "../tensor/training.ts";
import type { Crosscoder } from "./coder.ts";
import { freshCoder } from "./fresh.ts";
import { createPoolFeed } from "./harvest/feed.ts";
import { asModels, commonOf, type Models } from "./harvest/models.ts";
import { resolveSites } from "./harvest/resolve_sites.ts";
import { checkCoderSize } from "./initialise.ts";
import { type Recipe, type RecipeName, recipeOf } from "./recipes.ts";
import { type RecipeSettings, settingsFields } from "./settings.ts";
import { residualSites, type Site, siteForm, type SiteLike } from "./sites.ts";
import { trainCrosscoder } from "./train.ts";

/**
 * `recipe`: one of RECIPES, by default the published one; every setting of it may be replaced.
 * `signal` stops the training, as in trainCrosscoder.
 * `sites`: by hook or { model, hook }, globs allowed, by default every residual stream. Metrics of
 * a logged step: see trainCrosscoder.
 */
export type FitOptions = Partial<RecipeSettings> & {
  recipe?: RecipeName;
  name?: string;
  sites?: readonly SiteLike[];
  d_sae?: number;
  seed?: number;
  onLog?: (name: string, steps: LoggedStep[]) => void;
  onPhase?: (name: string, steps: number) => void;
  signal?: AbortSignal;
};

/**
 * Trains a fresh crosscoder on the activations of a model, or of several models by name, over
 * `sequences` (ids of equal length), by default with four latents for each number of a site.
 * Returns it unfolded, with a self-test; `fold` it to save it. Same seed, same weights.
 *
 * Throws on unknown or impossible options, on hooks that have no width or unlike ones, on what
 * `checkSequences` refuses, and where the pool holds fewer tokens than one batch.
 */
export async function fitCrosscoder(
  model: LanguageModel | Models,
  sequences: readonly ArrayLike<number>[],
  options: FitOptions = {},
): Promise<Crosscoder> {
  const action = "fit a crosscoder";
  const { recipe: recipeName = "anthropic_jan25", name = "crosscoder", seed = 0 } = options;
  const recipe = recipeOf(action, recipeName);
  expectForm(action, options, exactly({ ...partly(settingsFields(recipe)), ...FIT }));
  const models = asModels(model), { gpu } = commonOf(action, models);
  const { sites, d_in } = resolveSites(models, options.sites ?? everyResidual(models));
  const { d_sae = 4 * d_in } = options;
  checkCoderSize(gpu, { n_sites: sites.length, d_in, d_sae });
  const settings = settingsOf(recipe, options);
  const random = stream(seed, "fit");
  const { batch, poolSequences } = settings;
  const feed = createPoolFeed({ models, sequences }, {
    batch,
    poolSequences,
    sites,
    random: random.stream("feed"),
  });
  try {
    const fresh = await freshCoder(gpu, feed, {
      sites,
      d_in,
      d_sae,
      recipe: recipeName,
      settings,
      random: random.stream("weights"),
    });
    options.onPhase?.(name, settings.steps);
    const onLog = (steps: LoggedStep[]) => options.onLog?.(name, steps);
    const { signal } = options;
    return await trainCrosscoder(gpu, fresh, { name, settings, feed, onLog, signal });
  } finally {
    feed.release();
  }
}

const FIT = {
  recipe: maybe(text),
  name: maybe(text),
  sites: maybe(list(siteForm, { least: 1 })),
  d_sae: maybe(whole(1)),
  seed: maybe(integer),
  onLog: maybe(callback),
  onPhase: maybe(callback),
  signal: CHECKPOINT.signal,
};

/**
 * The metrics of a logged step in words: the whole loss, then its parts, by name, and the number of
 * latents that fire.
 */
export function coderProgress(metrics: Readonly<Record<string, number>>): string {
  expectForm("tell a crosscoder's progress", metrics, METRICS, "pass the metrics of a logged step");
  return metricWords(metrics);
}

const METRICS = having({ loss: number(), L0: number() });

function everyResidual(models: Models): Site[] {
  return Object.entries(models).flatMap(([model, { config }]) =>
    residualSites(config.n_layers).map((hook) => ({ model, hook }))
  );
}

/** The settings of a recipe, each from the options or as it has them. */
function settingsOf(recipe: Recipe, options: FitOptions): RecipeSettings {
  const names = Object.keys(settingsFields(recipe));
  const given = Object.entries(options).filter(([key, value]) =>
    names.includes(key) && value !== undefined
  );
  return { ...recipe.settings, ...Object.fromEntries(given) };
}
