/** A small MLP that learns a planted task: from weights by hand to what Adam makes of them. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import type { ActivationName } from "../../model/components/mlp.ts";
import { ACTIVATIONS } from "../../model/components/mlp.ts";
import type { Random } from "../../numerics/random.ts";
import { createBatchFeed } from "../../tensor/batch_feed.ts";
import { subtract } from "../../tensor/ops/arithmetic.ts";
import { linear } from "../../tensor/ops/linear.ts";
import { squaredNorm } from "../../tensor/ops/sum.ts";
import { createParameters, readParameters, releaseParameters } from "../../tensor/parameters.ts";
import { runTraining } from "../../tensor/run_training.ts";
import { warmupDecay } from "../../tensor/schedule.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { createTraining, recordStep, releaseTraining } from "../../tensor/training.ts";
import { weightsByHand } from "./by_hand.ts";
import type { Mlp } from "../players/mlp.ts";
import { logicRows, type LogicTask, outputsOf } from "./task.ts";

/** Standard deviation of what is added to the weights by hand before training: every neuron may then learn. */
const NOISE = 0.05;

/** Share of the training rows at which a planted pair fires for certain. */
const TOGETHER = 0.5;

/** How a planted MLP is trained. */
export type PlantedTraining = { steps: number; batch: number; lr: number };

/** The MLP as `players` reads one, W_out of `outputs` columns; `error`: the last mean square of y - ŷ. */
export type TrainedLogic = { mlp: Mlp; error: number };

/** Trains act(x W_inᵀ + b_in) W_out + b_out on fresh rows of the task, least squares, with Adam. */
export async function trainLogic(
  gpu: Gpu,
  task: LogicTask,
  { activation, random, steps, batch, lr }: PlantedTraining & {
    activation: ActivationName;
    random: Random;
  },
): Promise<TrainedLogic> {
  const { d_model } = task, outputs = outputsOf(task);
  const start = weightsByHand(task, activation), d_mlp = start.b_in.data.length;
  const noise = random.stream("weights");
  for (const { data } of [start.W_in, start.W_out]) {
    noise.normals(data.length, NOISE).forEach((value, at) => data[at] += value);
  }
  const parameters = createParameters(gpu, start);
  const rate = warmupDecay({ peak: lr, steps, decay: 0.5 });
  const training = createTraining(gpu, parameters, { steps, rate });
  const shapes = { x: { shape: [batch, d_model] }, y: { shape: [batch, outputs] } };
  using fed = createBatchFeed(gpu, shapes, {
    steps,
    draw(step) {
      const drawn = { random: random.stream(`batch ${step}`), together: TOGETHER };
      const { x, y } = logicRows(task, batch, drawn);
      return { x, y };
    },
  });
  const { x, y } = fed.tensors;
  using step = recordStep(training, "planted step", () => {
    fed.take(training.schedule);
    return [squaredNorm(subtract(forward(parameters.tensors, x, activation), y))];
  });
  let error = NaN;
  try {
    await runTraining(training, step, {
      name: "planted MLP",
      feed: fed.feed,
      onLog: (rows) => error = rows.at(-1)!.metrics.loss / (batch * outputs),
    });
    const { W_in, b_in, W_out, b_out } = await readParameters(parameters);
    const flipped = W_out.data.map((_, at) =>
      W_out.data[(at % outputs) * d_mlp + Math.floor(at / outputs)]
    );
    const out = { shape: [d_mlp, outputs], data: flipped };
    return { mlp: { layer: 0, activation, W_in, b_in, W_out: out, b_out }, error };
  } finally {
    releaseTraining(training);
    releaseParameters(parameters);
  }
}

function forward(
  { W_in, b_in, W_out, b_out }: Record<string, Tensor>,
  x: Tensor,
  activation: ActivationName,
): Tensor {
  const hidden = ACTIVATIONS[activation](linear(x, W_in, { bias: b_in }));
  return linear(hidden, W_out, { bias: b_out });
}
