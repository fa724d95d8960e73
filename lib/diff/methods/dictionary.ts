/** Dictionaries of two models, of their activations side by side or of the differences. @module */
import { type Crosscoder, fold, loadCrosscoder, saveCrosscoder } from "../../crosscoder/coder.ts";
import type { CoderConfig } from "../../crosscoder/coder_config.ts";
import { freshCoder } from "../../crosscoder/fresh.ts";
import type { PoolFeed } from "../../crosscoder/harvest/feed.ts";
import type { ExtraLoss } from "../../crosscoder/losses/loss.ts";
import { RECIPES } from "../../crosscoder/recipes.ts";
import type { RecipeSettings } from "../../crosscoder/settings.ts";
import type { Site } from "../../crosscoder/sites.ts";
import { trainCrosscoder } from "../../crosscoder/train.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { HostArray } from "../../io/host_array.ts";
import { type Random, stream } from "../../numerics/random.ts";
import { modelId, textId } from "./identity.ts";
import type { Keep } from "./keep.ts";
import type { MethodOptions, MethodSettings, ModelPair } from "./method.ts";
import { FORMAT } from "./stages.ts";

/**
 * What is trained: `text` of the pair, at `sites` of one width, from what `feed` draws. `name` stands for
 * all that is not among the settings: `extra`, a loss made for the fresh crosscoder and its release, and
 * `held`, where the decoder stays 0.
 */
export type Dictionary = {
  name: string;
  text: "base" | "other";
  recipe: "batchtopk" | "l1";
  sites: Site[];
  d_in: number;
  feed: (
    sequences: readonly Uint32Array[],
    options: { batch: number; poolSequences: number; random: Random },
  ) => PoolFeed;
  extra?: (gpu: Gpu, fresh: Crosscoder) => { loss: ExtraLoss; release: () => void };
  held?: (config: CoderConfig) => HostArray;
};

/** Settings of such a dictionary: the recipe's, at the steps, rows and rate of `cross`. */
function crossSettings(
  recipe: Dictionary["recipe"],
  { cross: { k, ...schedule }, S: { poolSequences } }: Pick<MethodSettings, "cross" | "S">,
): RecipeSettings {
  const own = recipe === "batchtopk" ? { k } : {};
  return { ...RECIPES[recipe].settings, ...schedule, ...own, poolSequences };
}

/** The dictionary, folded: kept already, or trained now. */
export async function dictionaryOf(
  { name, text, recipe, sites, d_in, feed: makeFeed, extra, held }: Dictionary,
  pair: ModelPair,
  { settings, seed, keep }: MethodOptions & { keep: Keep },
): Promise<Crosscoder> {
  const { gpu } = pair.base, { d_sae } = settings;
  const sequences = pair.text[text].slice(0, settings.sequences);
  const training = crossSettings(recipe, settings);
  const inputs = {
    format: FORMAT,
    adapter: gpu.key,
    seed,
    name,
    recipe,
    training,
    d_sae,
    sites,
    base: await modelId(pair.base),
    other: await modelId(pair.other),
    text: textId(sequences),
  };
  const folder = await keep(name, inputs, async (folder, checkpoint) => {
    const random = stream(seed, name), { batch, poolSequences } = training;
    using owned = new DisposableStack();
    const feed = makeFeed(sequences, { batch, poolSequences, random: random.stream("feed") });
    owned.defer(feed.release);
    const weights = { random: random.stream("weights"), recipe, settings: training };
    const fresh = await freshCoder(gpu, feed, { sites, d_in, d_sae, ...weights });
    const more = extra?.(gpu, fresh);
    if (more) owned.defer(more.release);
    const trained = await trainCrosscoder(gpu, fresh, {
      name,
      settings: training,
      feed,
      checkpoint,
      ...(more && { extra: [more.loss] }),
      ...(held && { held: held(fresh.config) }),
    });
    await saveCrosscoder(folder, fold(trained));
  });
  return await loadCrosscoder(folder);
}
