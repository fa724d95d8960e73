/** One crosscoder of a run: trained, or found where the same inputs left it. @module */
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
import { type Random, stream } from "../../numerics/random.ts";
import { releaseParameters } from "../../tensor/parameters.ts";
import type { CoderPhase } from "./coder_phases.ts";
import type { RunData } from "./data.ts";
import { common, idOf, logged, type StagewiseTask } from "./task.ts";

/** Folders of language models and of finished phases, by name. */
export type Folders = Record<string, string>;

/** Trains a phase and returns its folder; what it starts from is finished. */
export async function trainPhase(
  gpu: Gpu,
  { name, model: modelName, data: kind, from, random }: CoderPhase,
  { run, data, folders }: { run: StagewiseTask; data: RunData; folders: Folders },
): Promise<string> {
  const { settings, seed, cacheDir } = run;
  const training = from ? settings.fineTune : settings.S;
  const inputs = {
    ...common(gpu, run),
    stage: name,
    training,
    model: idOf(folders[modelName]),
    data: kind,
    sequences: settings.sequences,
    d_sae: settings.d_sae,
    ...(settings.sites && { sites: settings.sites }),
    ...(settings.process && { process: settings.process }),
    ...(from && { from: idOf(folders[from]) }),
    ...(random !== name && { random }),
  };
  return await cached(cacheDir, { kind: `coder-${name}`, inputs }, async (folder, checkpoint) => {
    const model = await loadModel(gpu, folders[modelName], { process: settings.process });
    const sequences = data[kind].slice(0, settings.sequences).map(({ ids }) => ids);
    const { sites } = resolveSites(
      { [ONE_MODEL]: model },
      settings.sites ?? residualSites(model.config.n_layers),
    );
    const feed = createPoolFeed({ models: { [ONE_MODEL]: model }, sequences }, {
      sites,
      random: stream(seed, `activations ${random}`),
      batch: training.batch,
      poolSequences: training.poolSequences,
    });
    try {
      const initial = from ? unfold(await loadCrosscoder(folders[from])) : await freshCoder(
        model,
        feed,
        { sites, d_sae: settings.d_sae, random: initialStream(seed, random) },
      );
      const trained = await logged(
        `coder-${name}`,
        folder,
        { run, steps: training.steps },
        (onLog) =>
          trainCrosscoder(gpu, initial, {
            name: `crosscoder ${name}`,
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

/** `crosscoder` for S, `crosscoder-1` for S-1. */
function initialStream(seed: number, random: string): Random {
  return stream(seed, random.replace(/^S/, "crosscoder"));
}

/** S starts from random weights, and its scales are measured here for all that starts from it. */
async function freshCoder(
  model: LanguageModel,
  { pool }: PoolFeed,
  { sites, d_sae, random }: { sites: Site[]; d_sae: number; random: Random },
): Promise<Crosscoder> {
  const { d_in } = resolveSites({ [ONE_MODEL]: model }, sites);
  const scale = await siteScales(pool, { n_sites: sites.length, d_in });
  const config = coderConfig({ sites, d_in, d_sae, scale });
  return await initialise(model.gpu, config, { pool, random });
}
