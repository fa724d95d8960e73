/** Training a crosscoder on a stream of activations: the published optimiser, schedules and order. @module */
import type { Gpu } from "../gpu/gpu.ts";
import {
  anything,
  callback,
  exactly,
  expectForm,
  flag,
  having,
  maybe,
  number,
  text,
  whole,
} from "../io/form.ts";
import { gatherRowsInto } from "../tensor/ops/rows.ts";
import { createParameters, readParameters, releaseParameters } from "../tensor/parameters.ts";
import { linearRamp, warmupDecay } from "../tensor/schedule.ts";
import { upload, zeros } from "../tensor/tensor.ts";
import {
  CHECKPOINT,
  type CheckpointOptions,
  type OnLog,
  runTraining,
} from "../tensor/run_training.ts";
import { createTraining, recordStep, releaseTraining } from "../tensor/training.ts";
import type { PoolFeed } from "./harvest/feed.ts";
import { checkCoder, type Crosscoder, logThresholds } from "./check_coder.ts";
import { unfolded } from "./coder.ts";
import { scaleVector } from "./initialise.ts";
import { CODER_METRICS, type CoderTensors, crosscoderLoss } from "./loss.ts";

/**
 * Settings of one training; the recipe is that of Anthropic's Circuits Updates of January 2025. `ramp`: λ_S grows linearly
 * from 0 over the run.
 */
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

/** What the settings of one stage have to be. */
export const CODER_TRAINING = {
  steps: whole(1),
  batch: whole(1),
  lr: number({ above: 0 }),
  lambda_S: number({ least: 0 }),
  ramp: flag,
  decay: number({ least: 0, most: 1 }),
  lambda_P: number({ least: 0 }),
  c: number({ least: 0 }),
  eps: number({ above: 0 }),
  clip: number({ above: 0 }),
  poolSequences: whole(1),
};

/** `name` begins the lines of errors; `feed` draws batches of `settings.batch`. */
export type TrainCoderOptions = CheckpointOptions & {
  name: string;
  settings: CoderTraining;
  feed: PoolFeed;
  onLog?: OnLog;
};

/** Trains `initial`, folded or not, and returns the result, unfolded. Metrics of a logged step: `CODER_METRICS`. */
export async function trainCrosscoder(
  gpu: Gpu,
  initial: Crosscoder,
  options: TrainCoderOptions,
): Promise<Crosscoder> {
  const action = "train crosscoder";
  expectForm(action, options, TRAIN_CODER);
  const { name, settings, feed, onLog, checkpoint, checkpointSeconds } = options;
  const { config, arrays } = unfolded(action, initial, { trains: true });
  checkFeed(feed, { config, batch: settings.batch });
  const { threshold, ...weights } = arrays;
  const log_threshold = logThresholds(threshold);
  using owned = new DisposableStack();
  const trainable = createParameters(gpu, { ...weights, log_threshold });
  const parameters = owned.adopt(trainable, releaseParameters);
  const { steps, batch, lr, lambda_S } = settings;
  const optimiser = createTraining(gpu, parameters, {
    steps,
    rate: warmupDecay({ peak: lr, steps, decay: settings.decay }),
    ramp: settings.ramp ? linearRamp({ final: lambda_S, steps }) : () => lambda_S,
    clip: settings.clip,
  });
  const training = owned.adopt(optimiser, releaseTraining);
  const { schedule } = training;
  const width = config.sites.length * config.d_in;
  const factors = owned.use(upload(gpu, { shape: [width], data: scaleVector(config) }));
  const x = owned.use(zeros(gpu, [batch, width]));
  using step = recordStep(training, name, () => {
    gatherRowsInto(x, { tables: feed.pool.tables, index: feed.index }, {
      factors,
      scheduled: { schedule, perRound: feed.perRound },
    });
    return crosscoderLoss(parameters.tensors as CoderTensors, x, { ...settings, schedule });
  }, { metrics: CODER_METRICS });
  const checkpoints = { checkpoint, checkpointSeconds };
  await runTraining(training, step, { name, feed: feed.feed, onLog, ...checkpoints });
  const { log_threshold: t, ...trained } = await readParameters(parameters);
  const theta = { shape: t.shape, data: t.data.map(Math.exp) };
  return { config, arrays: { ...trained, threshold: theta } as Crosscoder["arrays"] };
}

const TRAIN_CODER = exactly({
  name: text,
  settings: exactly(CODER_TRAINING),
  feed: having({ pool: anything, index: anything, perRound: whole(1), feed: callback }),
  onLog: maybe(callback),
  ...CHECKPOINT,
});

function checkFeed(
  { pool, index, perRound }: PoolFeed,
  { config, batch }: { config: Crosscoder["config"]; batch: number },
): void {
  const { sites, d_in } = config;
  const drawn = index.columns / perRound, width = pool.tables[0].columns;
  if (drawn === batch && width === sites.length * d_in) return;
  throw new RangeError(
    `Cannot train crosscoder: expected a feed of ${batch} rows of ${sites.length * d_in} values ` +
      `(${sites.length} sites of ${d_in}) but found one of ${drawn} rows of ${width}: make the feed ` +
      "with the crosscoder's sites and the batch of its settings",
  );
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
