/** Training a crosscoder on a stream of activations, by its recipe. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { expectArrays } from "../io/expect_arrays.ts";
import {
  anything,
  callback,
  exactly,
  expectForm,
  having,
  list,
  maybe,
  text,
  whole,
} from "../io/form.ts";
import type { HostArray } from "../io/host_array.ts";
import { gatherRowsInto } from "../tensor/ops/rows.ts";
import { readParameters } from "../tensor/parameters.ts";
import { download } from "../tensor/read.ts";
import {
  CHECKPOINT,
  type CheckpointOptions,
  type OnLog,
  runTrainings,
  type TrainingRun,
} from "../tensor/run_training.ts";
import { type Tensor, upload, zeros } from "../tensor/tensor.ts";
import { type LoggedStep, recordStep, type TrainingStep } from "../tensor/training.ts";
import { activationConfig, activationOf } from "./activations/mod.ts";
import { checkCoderConfig, type Crosscoder } from "./check_coder.ts";
import type { CoderConfig } from "./coder_config.ts";
import { unfolded } from "./coder.ts";
import { coderLosses, metricNames } from "./coder_losses.ts";
import { afterUpdate, type CoderTrainer, createCoderTrainer } from "./coder_step.ts";
import type { PoolFeed } from "./harvest/feed.ts";
import { hostDecoderNorms } from "./host_decoder_norms.ts";
import { scaleVector } from "./initialise.ts";
import type { ExtraLoss } from "./losses/loss.ts";
import { recipeOf } from "./recipes.ts";
import { withSelfTest } from "./self_test.ts";
import { shownCoder } from "./shown_coder.ts";
import { type RecipeSettings, type Schedule, settingsForm } from "./settings.ts";

/**
 * Settings of the published recipe, anthropic_jan25 (Anthropic, January 2025 update). `ramp`: λ_S
 * grows linearly from 0 over the run.
 */
export type CoderTraining = Schedule & {
  lambda_S: number;
  ramp: boolean;
  lambda_P: number;
  c: number;
  eps: number;
};

/**
 * Where batches come from: rows of `pool.tables` by `index`, `perRound` batches a round; any pool
 * of rows will do.
 */
export type CoderFeed = Pick<PoolFeed, "pool" | "index" | "perRound" | "feed">;

/**
 * One training: `initial`, folded or not; `name` begins the lines of errors; `recipe` is by default
 * the one that the crosscoder names; `settings` are that recipe's; `extra` are losses from outside,
 * added to the recipe's; `held` [d_sae, n_sites, d_in] is 1 where a weight of W_dec is held at 0 from the
 * start, else 0.
 */
export type CoderRun = {
  initial: Crosscoder;
  name: string;
  recipe?: string;
  settings: RecipeSettings;
  extra?: readonly ExtraLoss[];
  held?: HostArray;
  onLog?: OnLog;
};

/** `feed` draws batches of `settings.batch`. */
export type CoderFeedOptions = CheckpointOptions & { feed: CoderFeed };

/** How a coder is trained, and what it is fed with. */
export type TrainCoderOptions = Omit<CoderRun, "initial"> & CoderFeedOptions;

/**
 * Trains `initial`, folded or not, and returns the result, unfolded. Metrics of a logged step:
 * `loss`, the whole one, then its parts as weighted in it, by name, and L0. Throws on a recipe that
 * there is none of, and on settings that are not its.
 */
export async function trainCrosscoder(
  gpu: Gpu,
  initial: Crosscoder,
  options: TrainCoderOptions,
): Promise<Crosscoder> {
  expectForm(ACTION, options, exactly({ ...RUN, ...FEED }));
  const { feed, checkpoint, checkpointSeconds, every, signal, ...run } = options;
  const feeding = { feed, checkpoint, checkpointSeconds, every, signal };
  const [trained] = await trainCrosscoders(gpu, [{ initial, ...run }], feeding);
  return trained;
}

/**
 * Trains several crosscoders side by side on one feed, so that one pass of the model serves a sweep
 * of settings, recipes or seeds; each ends with the bits that it would end with alone. They have
 * sites, steps and batch in common.
 */
export async function trainCrosscoders(
  gpu: Gpu,
  runs: readonly CoderRun[],
  options: CoderFeedOptions,
): Promise<Crosscoder[]> {
  const { feed, ...checkpoints } = expectForm(ACTION, options, exactly(FEED)) as CoderFeedOptions;
  using owned = new DisposableStack();
  const prepared = runs.map((run) => prepareRun(gpu, run, { feed, owned }));
  await runTrainings(prepared.map(({ training }) => training), { feed: feed.feed, ...checkpoints });
  const trained: Crosscoder[] = [];
  for (const { trainer, config } of prepared) {
    trained.push(await trainedCoder(trainer, { config, feed }));
  }
  return trained;
}

const ACTION = "train crosscoder";
const RUN = {
  name: text,
  recipe: maybe(text),
  settings: anything,
  extra: maybe(list(having({ name: text, compute: callback }))),
  held: maybe(having({ shape: list(whole(1)), data: anything })),
  onLog: maybe(callback),
};
const FEED = {
  feed: having({ pool: anything, index: anything, perRound: whole(1), feed: callback }),
  ...CHECKPOINT,
};

/** A recorded training and what it needs; `owned` frees it. */
function prepareRun(
  gpu: Gpu,
  run: CoderRun,
  { feed, owned }: { feed: CoderFeed; owned: DisposableStack },
) {
  const { initial, name, extra, held, onLog } = run;
  expectForm(ACTION, run, exactly({ initial: anything, ...RUN }));
  const recipe = recipeOf(ACTION, run.recipe ?? initial.config?.recipe);
  const settings = expectForm(ACTION, run.settings, settingsForm(recipe));
  const { config, arrays: given } = asTrained(unfolded(ACTION, initial, { trains: true }), run);
  const arrays = held ? withoutHeld(given, held) : given;
  const trainer = createCoderTrainer(gpu, { config, arrays }, { recipe, settings, extra, held });
  owned.defer(trainer.release);
  const x = owned.use(zeros(gpu, [settings.batch, config.sites.length * config.d_in]));
  const step = owned.use(recordCoderStep(trainer, { name, x, config, feed }));
  const training: TrainingRun = {
    training: trainer.training,
    step,
    name,
    state: trainer.state,
    onLog: onLog && ((steps, again) => onLog(steps.map(withLoss), again)),
  };
  return { trainer, config, training };
}

/** The weights with a decoder that is 0 where it is held there. */
function withoutHeld(arrays: Crosscoder["arrays"], held: HostArray): Crosscoder["arrays"] {
  const { shape, data } = arrays.W_dec;
  expectArrays(ACTION, { held }, { held: shape });
  return { ...arrays, W_dec: { shape, data: data.map((w, i) => held.data[i] === 0 ? w : 0) } };
}

/**
 * The crosscoder under the recipe, and the k, that it is now trained with; it sees activations
 * scaled as before.
 */
function asTrained(
  coder: Crosscoder,
  { recipe, settings }: Pick<CoderRun, "recipe" | "settings">,
): Crosscoder {
  const name = recipe ?? coder.config.recipe;
  const { activation: kind } = recipeOf(ACTION, name);
  const activation = activationConfig(kind, settings);
  if (coder.config.activation.kind !== kind) {
    throw new RangeError(
      `Cannot train crosscoder: expected one with the activation of recipe ${name}, ${kind}, but found ` +
        `${coder.config.activation.kind}: name a recipe that has it`,
    );
  }
  const config = { ...coder.config, recipe: name, activation };
  checkCoderConfig(ACTION, config, "give settings that fit the crosscoder");
  return { ...coder, config };
}

/**
 * Records one step: a batch of `feed` into x [batch, n_sites · d_in], scaled, losses, gradients and
 * the update.
 */
export function recordCoderStep(
  trainer: CoderTrainer,
  { name, x, config, feed }: { name: string; x: Tensor; config: CoderConfig; feed: CoderFeed },
): TrainingStep {
  checkFeed(feed, { config, batch: x.rows });
  const { training, schedule } = trainer, { pool: { tables }, index, perRound } = feed;
  using factors = upload(x.gpu, { shape: [x.columns], data: scaleVector(config) });
  return recordStep(training, name, () => {
    gatherRowsInto(x, { tables, index }, { factors, scheduled: { schedule, perRound } });
    return coderLosses(trainer, x);
  }, { metrics: metricNames(trainer), after: () => afterUpdate(trainer) });
}

/** What was trained so far, unfolded, with rows of the feed as its self-test. */
export async function trainedCoder(
  { parameters, state, recipe }: CoderTrainer,
  { config, feed }: { config: CoderConfig; feed: CoderFeed },
): Promise<Crosscoder> {
  const { W_enc, W_dec, b_enc, b_dec, ...extra } = await readParameters(parameters);
  const coder = { config, arrays: { W_enc, W_dec, b_enc, b_dec } };
  const names = Object.keys(activationOf(recipe.activation).memory ?? {});
  const memory = await Promise.all(names.map(async (name) => [name, await download(state[name])]));
  const trained = { ...extra, ...Object.fromEntries(memory) };
  const saved = activationOf(recipe.activation).save?.(trained, hostDecoderNorms(coder));
  const arrays = { ...coder.arrays, ...saved };
  return shownCoder(await withSelfTest({ config, arrays }, feed.pool));
}

/** Numbers in the log that are no part of the loss. */
const NO_LOSS = ["L0", "dead"];

/** A logged step with the whole loss, where the step itself does not compute it. */
function withLoss(step: LoggedStep): LoggedStep {
  const { metrics } = step;
  if ("loss" in metrics) return step;
  const parts = Object.entries(metrics).filter(([name]) => !NO_LOSS.includes(name));
  const loss = parts.reduce((sum, [, value]) => sum + value, 0);
  return { ...step, metrics: { loss, ...metrics } };
}

function checkFeed(
  { pool, index, perRound }: CoderFeed,
  { config, batch }: { config: CoderConfig; batch: number },
): void {
  const { sites, d_in } = config;
  if (sites.length > 1 && d_in % 4 !== 0) {
    throw new RangeError(
      `Cannot train crosscoder: expected d_in to be a multiple of four where sites stand side by side ` +
        `but found ${d_in}: fill each site up with zeros`,
    );
  }
  const drawn = index.columns / perRound, width = pool.tables[0].columns;
  if (drawn === batch && width === sites.length * d_in) return;
  throw new RangeError(
    `Cannot train crosscoder: expected a feed of ${batch} rows of ${sites.length * d_in} values ` +
      `(${sites.length} sites of ${d_in}) but found one of ${drawn} rows of ${width}: make the feed ` +
      "with the crosscoder's sites and the batch of its settings",
  );
}
