/**
 * The language model of a comparison, and its activations for one seed after the other; loaded when
 * first asked for.
 * @module
 */
import { packedBatches } from "../../data/batches.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { initialWeights } from "../../model/architectures/gpt_neo/weights.ts";
import { loadModel, saveModel } from "../../model/files.ts";
import { createGptNeo } from "../../model/architectures/gpt_neo.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { trainLanguageModel } from "../../model/train.ts";
import { stream } from "../../numerics/random.ts";
import { releaseParameters } from "../../tensor/parameters.ts";
import { createPoolFeed, type PoolFeed } from "../harvest/feed.ts";
import { siteScales } from "../scale.ts";
import { residualSites } from "../sites.ts";
import type { SequenceData } from "./data.ts";
import { type CrosscodersTask, trained } from "./task.ts";

/** Trains the language model, or finds it; returns its folder. */
export async function languageModel(
  gpu: Gpu,
  task: CrosscodersTask,
  { hash, vocabulary, packed }: SequenceData,
): Promise<string> {
  const { settings, seed } = task;
  const { records, heldOut, d_vocab, model: sizes, std, pretrain } = settings;
  const inputs = { adapter: gpu.key, seed, hash, records, heldOut, d_vocab, sizes, std, pretrain };
  const name = "crosscoders-lm", { steps } = pretrain;
  return await trained(task, { name, steps, inputs }, async (folder, options) => {
    const config = { ...sizes, d_vocab: vocabulary.size };
    const weights = initialWeights(config, stream(seed, "weights"), { std });
    const model = createGptNeo(gpu, config, weights);
    const batches = packedBatches(packed, stream(seed, "batches"), pretrain);
    await trainLanguageModel(model, batches, { name, settings: pretrain, ...options });
    await saveModel(folder, model, vocabulary);
    releaseParameters(model.parameters);
  });
}

/**
 * What crosscoders of one seed learn from; the same for all recipes, so that they differ in nothing
 * else.
 */
export type SeedActivations = { model: LanguageModel; feed: PoolFeed; scale: number[] };

/** What sharedActivations() makes. */
export type SharedActivations = ReturnType<typeof sharedActivations>;

/** `of(seed)` holds one seed's activations at a time; dispose of it when done. */
export function sharedActivations(
  gpu: Gpu,
  { settings, seed: runSeed }: CrosscodersTask,
  { folder, sequences }: { folder: string; sequences: readonly Uint32Array[] },
) {
  let model: LanguageModel | undefined,
    held: { seed: number; activations: SeedActivations } | undefined;
  const drop = () => {
    held?.activations.feed.release();
    held = undefined;
  };
  return {
    async model(): Promise<LanguageModel> {
      return model ??= await loadModel(gpu, folder);
    },
    async of(seed: number): Promise<SeedActivations> {
      if (held?.seed === seed) return held.activations;
      drop();
      const model = await this.model();
      const sites = residualSites(model.config.n_layers);
      const feed = createPoolFeed({ models: { model }, sequences }, {
        sites,
        batch: settings.training.batch,
        poolSequences: sequences.length,
        random: stream(runSeed, "activations").stream(`seed ${seed}`),
      });
      const d_in = model.config.d_model;
      const scale = await siteScales(feed.pool, { n_sites: sites.length, d_in });
      held = { seed, activations: { model, feed, scale } };
      return held.activations;
    },
    [Symbol.dispose](): void {
      drop();
      if (model) releaseParameters(model.parameters);
    },
  };
}
