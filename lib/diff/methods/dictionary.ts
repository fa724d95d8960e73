/**
 * Dictionaries of two models, of their activations side by side or of the differences. Those that read the
 * same rows are trained side by side, from the same start where they have one recipe.
 * @module
 */
import { join } from "node:path";
import { alikeInBoth } from "../../crosscoder/alike_in_both.ts";
import { fold, saveCrosscoder } from "../../crosscoder/coder.ts";
import { freshCoder } from "../../crosscoder/fresh.ts";
import { RECIPES } from "../../crosscoder/recipes.ts";
import type { RecipeSettings } from "../../crosscoder/settings.ts";
import { trainCrosscoders } from "../../crosscoder/train.ts";
import { stream } from "../../numerics/random.ts";
import { modelId, textId } from "./identity.ts";
import type { Keep } from "./keep.ts";
import type { Dictionary, Rows } from "./learnt.ts";
import type { MethodOptions, MethodSettings, ModelPair } from "./method.ts";

/** Changed whenever the same inputs would give other bytes. */
const FORMAT = 1;

type Options = MethodOptions & { keep: Keep };

/**
 * The folder of the first of some dictionaries of the same rows, folded: kept already, or trained now beside
 * the others.
 */
export async function dictionaryFolder(
  [wanted, ...others]: readonly [Dictionary, ...Dictionary[]],
  rows: Rows,
  { pair, options }: { pair: ModelPair; options: Options },
): Promise<string> {
  const all = [wanted, ...others].toSorted((a, b) => a.name < b.name ? -1 : 1);
  const { settings, seed, keep } = options,
    { d_sae } = settings,
    { name, sideBySide, sites } = rows;
  const sequences = pair.text[rows.text].slice(0, settings.sequences);
  const inputs = {
    format: FORMAT,
    adapter: pair.base.gpu.key,
    seed,
    name,
    dictionaries: all.map(({ name, recipe }) => ({
      name,
      recipe,
      training: crossSettings(recipe, settings),
    })),
    d_sae,
    sites,
    begin: sideBySide ? "alike in both models" : "at random",
    base: await modelId(pair.base),
    other: await modelId(pair.other),
    text: textId(sequences),
  };
  const folder = await keep(name, inputs, async (folder, checkpoint) => {
    const { batch, poolSequences } = crossSettings(wanted.recipe, settings);
    const random = stream(seed, name), { gpu } = pair.base;
    using owned = new DisposableStack();
    const feed = rows.feed(sequences, { batch, poolSequences, random: random.stream("feed") });
    owned.defer(feed.release);
    const runs = [];
    for (const { name, recipe, extra, held } of all) {
      const training = crossSettings(recipe, settings), weights = random.stream("weights");
      const fresh = await freshCoder(gpu, feed, {
        ...{ sites, d_in: rows.d_in, d_sae, recipe, settings: training },
        random: weights,
      });
      const initial = sideBySide ? alikeInBoth(fresh) : fresh, more = extra?.(gpu, initial);
      if (more) owned.defer(more.release);
      runs.push({
        initial,
        name,
        settings: training,
        ...(more && { extra: [more.loss] }),
        ...(held && { held: held(initial.config) }),
      });
    }
    const trained = await trainCrosscoders(gpu, runs, { feed, checkpoint });
    for (const [n, coder] of trained.entries()) {
      await saveCrosscoder(join(folder, all[n].name), fold(coder));
    }
  });
  return join(folder, wanted.name);
}

/** Settings of such a dictionary: the recipe's, at the steps, rows and rate of `cross`. */
function crossSettings(
  recipe: Dictionary["recipe"],
  { cross: { k, ...schedule }, S: { poolSequences } }: Pick<MethodSettings, "cross" | "S">,
): RecipeSettings {
  const own = recipe === "batchtopk" ? { k } : {};
  return { ...RECIPES[recipe].settings, ...schedule, ...own, poolSequences };
}
