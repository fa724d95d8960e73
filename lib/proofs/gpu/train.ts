/**
 * Training of many Max-of-K models at once, by the published recipe, in one recorded program.
 *
 * A model depends on its seed alone: its initial weights come from the stream (seed, "max-of-k
 * weights"), its batches are drawn on the GPU by Threefry with the key (seed, "max-of-k tokens"),
 * and no sum runs over two models. So a seed gives the same bytes on an adapter whichever other
 * seeds train beside it.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../../gpu/open.ts";
 * import { trainMaxOfK } from "./train.ts";
 * using gpu = await openGpu();
 * const config = { d_vocab: 8, d_model: 8, d_head: 4, n_ctx: 2 };
 * const trained = await trainMaxOfK(gpu, config, { seeds: [0, 1], steps: 10 });
 * assertEquals(trained.map(({ seed, model }) => [seed, model.W_E.length]), [[0, 64], [1, 64]]);
 * ```
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import {
  callback,
  exactly,
  expectForm,
  integer,
  list,
  maybe,
  number,
  text,
  whole,
} from "../../io/form.ts";
import { stream } from "../../numerics/random.ts";
import { createParameters, readParameters, releaseParameters } from "../../tensor/parameters.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { CHECKPOINT, type CheckpointOptions, runTraining } from "../../tensor/run_training.ts";
import { createTraining, recordStep, releaseTraining } from "../../tensor/training.ts";
import {
  checkMaxOfKSizes,
  MAX_OF_K_WEIGHTS,
  type MaxOfKConfig,
  type MaxOfKModel,
  maxOfKShapes,
  type MaxOfKWeight,
} from "../max_of_k.ts";
import { taskFor } from "../tasks/mod.ts";
import { forwardLoss } from "./forward.ts";
import { createTokenStreams, drawTokens } from "./token_streams.ts";

/** The published recipe; the learning rate is constant and gradients are not clipped. */
export const RECIPE = { steps: 3000, batch: 128, lr: 1e-3, weightDecay: 0.01 };

/** How a population of models is trained. */
export type TrainMaxOfKOptions = Partial<typeof RECIPE> & CheckpointOptions & {
  seeds: number[];
  /** What the models are asked for, by default "max"; see tasks/task.ts. */
  task?: string;
  /** Every `every` steps: the step and the mean loss of all models over their batches. */
  onLog?: (step: number, loss: number) => void;
  every?: number;
};

/** A trained model and its loss over the batch of the last step. */
export type TrainedMaxOfK = { seed: number; model: MaxOfKModel; loss: number };

const OPTIONS = exactly({
  steps: maybe(whole(1)),
  batch: maybe(whole(1)),
  lr: maybe(number({ above: 0 })),
  weightDecay: maybe(number({ least: 0 })),
  seeds: list(integer, { least: 1 }),
  task: maybe(text),
  onLog: maybe(callback),
  ...CHECKPOINT,
});

const CONFIG = exactly({
  d_vocab: whole(2, 1024),
  d_model: whole(1, 1024),
  d_head: whole(1, 1024),
  n_ctx: whole(2, 1024),
});

/** Throws where trainMaxOfK() could not train so, before anything is done. */
export function checkMaxOfKTraining(config: MaxOfKConfig, options: TrainMaxOfKOptions): void {
  expectForm("train Max-of-K models", config, CONFIG);
  checkMaxOfKSizes(config);
  const { task = "max" } = expectForm("train Max-of-K models", options, OPTIONS);
  taskFor(task, config);
}

/**
 * Trains one model for each seed. Throws, naming the step, where a loss or weight stops being
 * finite.
 */
export async function trainMaxOfK(
  gpu: Gpu,
  config: MaxOfKConfig,
  options: TrainMaxOfKOptions,
): Promise<TrainedMaxOfK[]> {
  checkMaxOfKTraining(config, options);
  const { seeds, task, onLog, every = 50, checkpoint, checkpointSeconds, signal } = options;
  const {
    steps = RECIPE.steps,
    batch = RECIPE.batch,
    lr = RECIPE.lr,
    weightDecay = RECIPE.weightDecay,
  } = options;
  const models = seeds.length;
  const parameters = createParameters(gpu, stackModels(seeds.map((s) => initialModel(config, s))));
  const training = createTraining(gpu, parameters, { steps, rate: () => lr, weightDecay });
  const data = createTokenStreams(gpu, { seeds, batch, K: config.n_ctx, task });
  let nll: Tensor | undefined;
  using step = recordStep(training, "Max-of-K step", () => {
    drawTokens(data, { counter: training.schedule, d_vocab: config.d_vocab });
    nll = forwardLoss(parameters.tensors, data);
    return [nll];
  });
  try {
    await runTraining(training, step, {
      name: `Max-of-${config.n_ctx} models`,
      every: options.every,
      checkpoint,
      checkpointSeconds,
      signal,
      onLog: (rows) => {
        for (const { step, metrics } of rows) {
          if (step % every === 0 || step === steps) onLog?.(step, metrics.loss / (models * batch));
        }
      },
    });
    const losses = await nll!.read();
    const trained = unstackModels(config, models, await readParameters(parameters));
    return trained.map((model, i) => {
      const own = losses.subarray(i * batch, (i + 1) * batch);
      return { seed: seeds[i], model, loss: own.reduce((a, b) => a + b, 0) / batch };
    });
  } finally {
    releaseTraining(training);
    releaseParameters(parameters);
    for (const tensor of [data.keys, data.tokens, data.targets]) {
      tensor.release();
    }
  }
}

/**
 * Every weight from N(0, 0.8 / √d_model), as TransformerLens has it; the same seed gives the same
 * model.
 */
export function initialModel(config: MaxOfKConfig, seed: number): MaxOfKModel {
  const random = stream(seed, "max-of-k weights");
  const std = 0.8 / Math.sqrt(config.d_model);
  const shapes = maxOfKShapes(config);
  const weights = MAX_OF_K_WEIGHTS.map((name) => {
    const [rows, columns] = shapes[name];
    return [name, random.normals(rows * columns, std)] as const;
  });
  return { config, ...Object.fromEntries(weights) as Record<MaxOfKWeight, Float32Array> };
}

/** Matrices of many models behind one another: [models, rows, columns] each. */
export function stackModels(
  models: MaxOfKModel[],
): Record<MaxOfKWeight, { shape: number[]; data: Float32Array }> {
  const shapes = maxOfKShapes(models[0].config);
  const entries = MAX_OF_K_WEIGHTS.map((name) => {
    const [rows, columns] = shapes[name], size = rows * columns;
    const data = new Float32Array(models.length * size);
    models.forEach((model, i) => data.set(model[name], i * size));
    return [name, { shape: [models.length, rows, columns], data }];
  });
  return Object.fromEntries(entries);
}

function unstackModels(
  config: MaxOfKConfig,
  count: number,
  stacked: Record<string, { data: Float32Array }>,
): MaxOfKModel[] {
  return Array.from({ length: count }, (_, i) => {
    const weights = MAX_OF_K_WEIGHTS.map((name) => {
      const { data } = stacked[name], size = data.length / count;
      return [name, data.slice(i * size, (i + 1) * size)] as const;
    });
    return { config, ...Object.fromEntries(weights) as Record<MaxOfKWeight, Float32Array> };
  });
}
