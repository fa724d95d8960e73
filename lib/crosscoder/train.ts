/** Training a crosscoder on a stream of activations: the published optimiser, schedules and order. @module */
import type { Gpu } from "../gpu/device.ts";
import type { GptNeo } from "../model/gpt_neo.ts";
import type { Random } from "../random.ts";
import { gatherRows } from "../tensor/ops/rows.ts";
import { createParameters, readParameters, releaseParameters } from "../tensor/parameters.ts";
import { linearRamp, warmupDecay } from "../tensor/schedule.ts";
import { type Tensor, upload, zeros } from "../tensor/tensor.ts";
import {
  createTraining,
  type LoggedStep,
  recordStep,
  releaseTraining,
  runTraining,
} from "../tensor/training.ts";
import {
  type ActivationPool,
  createHarvester,
  createPool,
  fillPool,
  releaseHarvester,
  releasePool,
} from "./activations.ts";
import { checkCoder, type Crosscoder, logThresholds } from "./coder.ts";
import { scaleVector } from "./initialise.ts";
import { type CoderTensors, crosscoderLoss } from "./loss.ts";

/** Settings of one stage (stagewise reference 6.2, 6.5). `ramp`: λ_S grows linearly from 0 over the run. */
export type CoderTraining = {
  steps: number;
  batch: number;
  lr: number;
  lambda_S: number;
  ramp: boolean;
  /** Share of the run over which the learning rate falls to 0. */
  decay: number;
  lambda_P: number;
  c: number;
  eps: number;
  clip: number;
  /** Sequences that the pool holds at a time. */
  poolSequences: number;
};

/** A model with the sequences whose activations are learnt, and where they go. */
export type ActivationSource = { model: GptNeo; sequences: readonly Uint32Array[] };

/** A pool with the order in which it is drawn: `index` holds the rows of one round of `perRound` batches. */
export type PoolFeed = {
  pool: ActivationPool;
  index: Tensor;
  perRound: number;
  /** To be called before each step, counted from 0. */
  feed: (step: number) => void;
  release: () => void;
};

/**
 * Draws batches from a pool of activations. The pool is drawn to exhaustion in random order; then it is filled with the
 * next sequences, or, where all fit, shuffled again.
 */
export function createPoolFeed(
  { model, sequences }: ActivationSource,
  { sites, batch, poolSequences, random }: {
    sites: string[];
    batch: number;
    poolSequences: number;
    random: Random;
  },
): PoolFeed {
  const count = Math.min(poolSequences, sequences.length);
  const harvester = createHarvester(model, { sites, pos: sequences[0].length });
  const pool = createPool(harvester, count);
  const perRound = Math.floor(pool.rows / batch);
  const index = zeros(model.gpu, [perRound * batch], "u32");
  const order = sequenceOrder(sequences.length, random.stream("sequences"));
  const shuffles = random.stream("activations");
  const refill = () => fillPool(harvester, pool, order(count).map((i) => sequences[i]));
  refill();
  const feed = (step: number) => {
    if (step % perRound !== 0) return;
    if (step > 0 && count < sequences.length) refill();
    index.write(shuffles.permutation(pool.rows).subarray(0, perRound * batch));
  };
  const release = () => {
    releaseHarvester(harvester);
    releasePool(pool);
    index.storage.memory.discard(index.storage);
  };
  return { pool, index, perRound, feed, release };
}

/** Endless sequence numbers, every one once an epoch. */
function sequenceOrder(n: number, random: Random): (count: number) => number[] {
  let rest: number[] = [];
  return (count) => {
    while (rest.length < count) rest = rest.concat([...random.permutation(n)]);
    return rest.splice(0, count);
  };
}

/** Trains `initial` (unfolded) and returns the result, unfolded. */
export async function trainCrosscoder(
  gpu: Gpu,
  initial: Crosscoder,
  { name, settings, feed, onLog }: {
    name: string;
    settings: CoderTraining;
    feed: PoolFeed;
    onLog?: (steps: LoggedStep[]) => void;
  },
): Promise<Crosscoder> {
  checkCoder("train crosscoder", initial, { folded: false, trains: true });
  const { config, arrays } = initial;
  const { threshold, ...weights } = arrays;
  const log_threshold = logThresholds(threshold);
  const parameters = createParameters(gpu, { ...weights, log_threshold });
  const { steps, batch, lr, lambda_S } = settings;
  const training = createTraining(gpu, parameters, {
    steps,
    rate: warmupDecay({ peak: lr, steps, decay: settings.decay }),
    ramp: settings.ramp ? linearRamp({ final: lambda_S, steps }) : () => lambda_S,
    clip: settings.clip,
  });
  const { schedule } = training;
  const factors = upload(gpu, {
    shape: [config.sites.length * config.d_in],
    data: scaleVector(config),
  });
  const x = zeros(gpu, [batch, config.sites.length * config.d_in]);
  const step = recordStep(training, name, () => {
    gatherRows(x, { tables: feed.pool.tables, index: feed.index }, {
      factors,
      scheduled: { schedule, perRound: feed.perRound },
    });
    return crosscoderLoss(parameters.tensors as CoderTensors, x, { ...settings, schedule });
  });
  try {
    await runTraining(training, step, { name, feed: feed.feed, onLog });
    const { log_threshold: t, ...trained } = await readParameters(parameters);
    const theta = { shape: t.shape, data: t.data.map(Math.exp) };
    return { config, arrays: { ...trained, threshold: theta } as Crosscoder["arrays"] };
  } finally {
    step[Symbol.dispose]();
    releaseTraining(training);
    releaseParameters(parameters);
    for (const { storage } of [factors, x]) storage.memory.discard(storage);
  }
}

/** Uploads a trained crosscoder for encoding and decoding; the threshold becomes its logarithm. */
export function coderTensors(gpu: Gpu, coder: Crosscoder): CoderTensors {
  checkCoder("upload crosscoder", coder);
  const { arrays } = coder;
  const { threshold, ...weights } = arrays;
  const tensors = Object.fromEntries(
    Object.entries(weights).map(([name, array]) => [name, upload(gpu, array)]),
  );
  return { ...tensors, log_threshold: upload(gpu, logThresholds(threshold)) } as CoderTensors;
}
