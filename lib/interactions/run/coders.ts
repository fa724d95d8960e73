/**
 * The dictionaries of a run: trained, or found where an earlier run left them.
 * @module
 */
import { activationConfig } from "../../crosscoder/activations/mod.ts";
import { type Crosscoder, fold, loadCrosscoder, saveCrosscoder } from "../../crosscoder/coder.ts";
import { coderConfig } from "../../crosscoder/coder_config.ts";
import { createPoolFeed, type PoolFeed } from "../../crosscoder/harvest/feed.ts";
import { initialise } from "../../crosscoder/initialise.ts";
import { RECIPES } from "../../crosscoder/recipes.ts";
import { siteScales } from "../../crosscoder/scale.ts";
import type { RecipeSettings } from "../../crosscoder/settings.ts";
import { trainCrosscoder } from "../../crosscoder/train.ts";
import { cached } from "../../io/cached.ts";
import { readingPoints } from "../../model/hooks.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { type Random, stream } from "../../numerics/random.ts";
import { normOverSites } from "./initial.ts";
import { mixedFeed } from "./mixed_feed.ts";
import { type CoderName, LEARNT_FROM, type ModelName } from "./names.ts";
import type { InteractionsSettings } from "./settings.ts";
import { common, idOf, type InteractionsTask, logged } from "./task.ts";

/** What dictionaries are made from. */
export type CoderSources = {
  model(name: ModelName): Promise<LanguageModel>;
  modelFolder(name: ModelName): Promise<string>;
  text(name: "dictionary" | "mixed", count: number): Uint32Array[];
};

/** Trains a dictionary, or finds it; returns its folder. `number` counts the seeds of one kind. */
export async function coderFolder(
  task: InteractionsTask,
  { name, number = 0 }: { name: CoderName; number?: number },
  { model, modelFolder, text }: CoderSources,
): Promise<string> {
  const { settings, seed, cacheDir, onDamaged, own } = task;
  if (own && name === "mlp") return own.coder;
  const learnt = LEARNT_FROM[name];
  const models = await Promise.all(learnt.map(model));
  const [{ gpu }] = models, { recipe, training } = recipeFor(name, settings);
  const { d_sae, poolSequences } = settings.dictionary;
  const sites = sitesFor(name, models[0]);
  const from = await Promise.all(learnt.map(async (name) => idOf(await modelFolder(name))));
  const initial = recipe === "batchtopk" ? "norm 1 over sites" : "of the recipe";
  const inputs = { ...common(gpu, task), from, sites, number, recipe, training, d_sae, initial };
  const made = { kind: `interactions-coder-${name}`, inputs };
  return await cached(cacheDir, made, async (folder, checkpoint) => {
    const random = stream(seed, "dictionary").stream(`${name} ${number}`);
    const sequences = text(name === "both" ? "mixed" : "dictionary", poolSequences);
    const options = { sites, batch: training.batch, random: random.stream("activations") };
    const feed = models.length === 1
      ? createPoolFeed({ models: { model: models[0] }, sequences }, { ...options, poolSequences })
      : mixedFeed(models, sequences, options);
    try {
      const initial = await fresh(models[0], feed, { recipe, training, sites, d_sae, random });
      const title = number === 0 ? `dictionary ${name}` : `dictionary ${name} ${number}`;
      const trained = await logged(
        { name: title, steps: training.steps, folder },
        task,
        (onLog) =>
          trainCrosscoder(gpu, initial, {
            name: title,
            settings: training,
            feed,
            onLog,
            checkpoint,
          }),
      );
      await saveCrosscoder(folder, fold(trained));
    } finally {
      feed.release();
    }
  }, { onDamaged });
}

/** The recipe of a dictionary with its settings. */
function recipeFor(
  name: CoderName,
  { dictionary, otherDictionaries, jumprelu }: InteractionsSettings,
): { recipe: "batchtopk" | "anthropic_jan25"; training: RecipeSettings } {
  const { d_sae: _, ...first } = dictionary;
  const own = name === "mlp" ? first : { ...first, ...otherDictionaries };
  if (name !== "jumprelu") {
    return { recipe: "batchtopk", training: { ...RECIPES.batchtopk.settings, ...own } };
  }
  const { k: _k, dead_tokens: _dead, ...schedule } = own;
  const training = { ...RECIPES.anthropic_jan25.settings, ...schedule, ...jumprelu, ramp: true };
  return { recipe: "anthropic_jan25", training };
}

/** The hooks that a dictionary of that name reads, block by block. */
function sitesFor(
  name: CoderName,
  model: Pick<LanguageModel, "architecture" | "config">,
): string[] {
  const { attention, mlp } = readingPoints(model);
  if (name !== "all") return mlp;
  const { n_layers } = model.config;
  const blocks = Array.from({ length: n_layers }, (_, l) => [
    `blocks.${l}.hook_resid_pre`,
    attention[l],
    `blocks.${l}.hook_resid_mid`,
    mlp[l],
  ]);
  return [...blocks.flat(), `blocks.${n_layers - 1}.hook_resid_post`];
}

async function fresh(
  { gpu, config: { d_model: d_in } }: LanguageModel,
  { pool }: Pick<PoolFeed, "pool">,
  { recipe, training, sites, d_sae, random }: ReturnType<typeof recipeFor> & {
    sites: string[];
    d_sae: number;
    random: Random;
  },
): Promise<Crosscoder> {
  const { activation: kind, normalisation } = RECIPES[recipe];
  const scale = await siteScales(pool, { n_sites: sites.length, d_in });
  const activation = activationConfig(kind, training);
  const config = coderConfig({ sites, d_in, d_sae, scale, recipe, activation, normalisation });
  const initial = await initialise(gpu, config, { pool, random: random.stream("weights") });
  return recipe === "batchtopk" ? normOverSites(initial) : initial;
}

/** A dictionary of a run, folded: of raw activations. */
export async function loadFolded(folder: string): Promise<Crosscoder> {
  return await loadCrosscoder(folder, { folded: true });
}
