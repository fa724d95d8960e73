/** How a stage's crosscoder is trained, whoever asks for it: a run, or a method of diffing. @module */
import { type Crosscoder, fold, unfold } from "../../crosscoder/coder.ts";
import { freshCoder } from "../../crosscoder/fresh.ts";
import { createPoolFeed, feedFromPool, type OpenPool } from "../../crosscoder/harvest/feed.ts";
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL } from "../../crosscoder/sites.ts";
import { type CoderTraining, trainCrosscoder } from "../../crosscoder/train.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { Random } from "../../numerics/random.ts";
import type { CheckpointOptions, OnLog } from "../../tensor/run_training.ts";

/**
 * `from`: the stage before, folded; without it the crosscoder starts from random weights, of `d_sae`
 * latents, and the scales of `sites` are measured here for all that starts from it.
 */
export type StageTraining = CheckpointOptions & {
  name: string;
  sites: readonly string[];
  d_sae: number;
  training: CoderTraining;
  from?: Crosscoder;
  random: { activations: Random; weights: Random };
  /** Opened on the same model, sequences and sites; one of its own where left out. */
  pool?: OpenPool;
  onLog?: OnLog;
};

/** Trains on the activations of a model over sequences of one length; folded. */
export async function stageCoder(
  model: LanguageModel,
  sequences: readonly ArrayLike<number>[],
  { name, sites: patterns, d_sae, training, from, random, pool, ...following }: StageTraining,
): Promise<Crosscoder> {
  const models = { [ONE_MODEL]: model };
  const { sites, d_in } = resolveSites(models, patterns);
  const { batch, poolSequences } = training;
  const drawn = { batch, random: random.activations };
  const feed = pool
    ? feedFromPool(pool, drawn)
    : createPoolFeed({ models, sequences }, { sites, poolSequences, ...drawn });
  try {
    const initial = from ? unfold(from) : await freshCoder(model.gpu, feed, {
      sites,
      d_in,
      d_sae,
      settings: training,
      random: random.weights,
    });
    const options = { name: `crosscoder ${name}`, settings: training, feed, ...following };
    return fold(await trainCrosscoder(model.gpu, initial, options));
  } finally {
    feed.release();
  }
}
