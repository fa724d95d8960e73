/** Training a model until its activations are another's, on a text that both know. @module */
import {
  createHarvester,
  harvestBatch,
  releaseHarvester,
} from "../../crosscoder/harvest/harvester.ts";
import { ONE_MODEL } from "../../crosscoder/sites.ts";
import type { Checkpoint } from "../../io/checkpoint.ts";
import { makeHooks } from "../../model/hooks.ts";
import { createModel, type LanguageModel, residual } from "../../model/language_model.ts";
import type { Random } from "../../numerics/random.ts";
import { add, subtract } from "../../tensor/ops/arithmetic.ts";
import { createScatterIndex } from "../../tensor/ops/embedding.ts";
import { reshape } from "../../tensor/ops/reshape.ts";
import { takeRows } from "../../tensor/ops/rows.ts";
import { sum } from "../../tensor/ops/sum.ts";
import { readParameters, releaseParameters } from "../../tensor/parameters.ts";
import { runTraining } from "../../tensor/run_training.ts";
import { warmupDecay } from "../../tensor/schedule.ts";
import { type Tensor, uploadIds, zeros } from "../../tensor/tensor.ts";
import { createTraining, recordStep, releaseTraining } from "../../tensor/training.ts";

/** `batch` sequences a step; the rate grows over the first twentieth and falls to 0. */
export type Matching = { steps: number; batch: number; lr: number };

type Options = {
  hooks: readonly string[];
  matching: Matching;
  random: Random;
  checkpoint?: Checkpoint;
};

/**
 * A copy of `base`, all weights trained on
 *
 *   Σ_l mean over tokens of ‖a_l − t_l‖² / mean of ‖t_l‖²
 *
 * a_l the copy's activations at site l, t_l those of `other` on the same tokens; the means of t are those of
 * the first batch. The copy is the caller's.
 */
export async function matchModel(
  { base, other }: { base: LanguageModel; other: LanguageModel },
  sequences: readonly Uint32Array[],
  { hooks, matching: { steps, batch, lr }, random, checkpoint }: Options,
): Promise<LanguageModel> {
  const { gpu, architecture, config } = base, pos = sequences[0].length, rows = batch * pos;
  using failed = new DisposableStack(), owned = new DisposableStack();
  const copy = createModel(gpu, architecture, config, await readParameters(base.parameters));
  failed.defer(() => releaseParameters(copy.parameters));
  const harvester = owned.adopt(
    createHarvester({ models: { [ONE_MODEL]: other }, sites: hooks, pos, batch }),
    releaseHarvester,
  );
  const ids = owned.use(zeros(gpu, [batch, pos], "u32")), index = createScatterIndex(gpu, rows);
  owned.use(index.tensor);
  const { staging, d_in } = harvester;
  const draw = drawn(sequences, batch, random);
  const feed = (step: number) => {
    const some = draw(step), flat = new Uint32Array(rows);
    harvestBatch(harvester, some);
    some.forEach((sequence, b) => flat.set(sequence, b * pos));
    ids.write(flat);
    index.write(flat);
  };
  feed(0);
  const norms = squaredNorms(await staging.read(), { n: hooks.length, d_in });
  // row r of the staging is n rows of d_in numbers, one a site
  const targets = staging.over([rows * hooks.length, d_in]);
  const places = hooks.map((_, l) =>
    owned.use(
      uploadIds(gpu, [rows], Uint32Array.from({ length: rows }, (_, r) => r * hooks.length + l)),
    )
  );
  const optimiser = createTraining(gpu, copy.parameters, {
    steps,
    rate: warmupDecay({ peak: lr, steps }),
    clip: 1,
  });
  const training = owned.adopt(optimiser, releaseTraining);
  using step = recordStep(training, "matching", () => {
    const seen = makeHooks(copy, { wanted: hooks });
    residual(copy, ids, { hooks: seen, index });
    const parts = hooks.map((hook, l) => {
      const activations: Tensor = reshape(seen.cache.get(hook)!, [rows, d_in]);
      const error = subtract(activations, takeRows(targets, places[l]));
      return sum(error, { squares: true, factor: 1 / (rows * norms[l]) });
    });
    return [parts.reduce((total, part) => add(total, part))];
  }, { metrics: ["error"] });
  await runTraining(training, step, { name: "matching", feed, checkpoint });
  failed.move(); // the caller's from here on
  return copy;
}

/** The batch of a step: a random order of all sequences each time that they are through. */
function drawn(
  sequences: readonly Uint32Array[],
  batch: number,
  random: Random,
): (step: number) => Uint32Array[] {
  const orders = new Map<number, Uint32Array>();
  const order = (epoch: number) => {
    const found = orders.get(epoch) ??
      random.stream(`epoch ${epoch}`).permutation(sequences.length);
    orders.set(epoch, found);
    return found;
  };
  return (step) =>
    Array.from({ length: batch }, (_, b) => {
      const at = step * batch + b, { length } = sequences;
      return sequences[order(Math.floor(at / length))[at % length]];
    });
}

/** Mean ‖t‖² of each site over rows [rows, n · d_in]. */
function squaredNorms(values: Float32Array, { n, d_in }: { n: number; d_in: number }): number[] {
  const sums = new Float64Array(n);
  values.forEach((value, at) => sums[Math.floor(at / d_in) % n] += value ** 2);
  return Array.from(sums, (total) => total * n * d_in / values.length);
}
