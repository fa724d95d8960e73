/**
 * Whole recorded steps: the paper's crosscoder, the small model, a model of TinyStories-33M's size.
 * @module
 */
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { type Program, record } from "../../lib/gpu/program.ts";
import { logits } from "../../lib/model/language_model.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { fillInto } from "../../lib/tensor/ops/elementwise.ts";
import { releaseParameters } from "../../lib/tensor/parameters.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { zeros } from "../../lib/tensor/tensor.ts";
import { timedProgram } from "./measure.ts";
import { coderStep, fedBatch, modelFlop, modelStep, randomModel } from "./recorded_steps.ts";
import type { Row } from "./table.ts";
import { CODER, LARGE, SMALL } from "./timed_steps.ts";
import { topKRows } from "./topk_step.ts";

export async function* stepRows(gpu: Gpu): AsyncGenerator<Row> {
  yield await submitRow(gpu);
  yield await smallModelRow(gpu);
  yield* topKRows(gpu);
  yield await crosscoderRow(gpu);
  yield await largeModelRow(gpu);
}

async function crosscoderRow(gpu: Gpu): Promise<Row> {
  using step = coderStep(gpu, CODER.shape());
  return await stepRow(step, CODER.name, 3);
}

async function smallModelRow(gpu: Gpu): Promise<Row> {
  using step = modelStep(gpu, SMALL.shape());
  return await stepRow(step, SMALL.name, 3);
}

/** Forward and backward, no optimiser; random weights. */
async function largeModelRow(gpu: Gpu): Promise<Row> {
  const { name } = LARGE, shape = LARGE.shape();
  const model = randomModel(gpu, shape.config);
  using fed = fedBatch(gpu, shape.config, shape);
  const [{ ids, targets, weights, index }] = fed.parts;
  using first = zeros(gpu, [1, 4]);
  fed.take(first);
  using program = record(gpu, "TinyStories-33M", () => {
    withGradients(
      gpu,
      Object.values(model.parameters.tensors),
      () => crossEntropy(logits(model, ids, { index }), targets, weights),
    );
  });
  const row = await stepRow({ program, flop: modelFlop(shape) }, name, 2);
  releaseParameters(model.parameters);
  return row;
}

async function stepRow(
  { program, flop }: { program: Program; flop: number },
  name: string,
  rounds: number,
): Promise<Row> {
  const times = await timedProgram(program, { rounds });
  return { group: "steps", name, ...times, flop, note: `${program.size} dispatches` };
}

/** Encoding and submitting on the JS thread alone: nothing is awaited while the clock runs. */
async function submitRow(gpu: Gpu): Promise<Row> {
  const dispatches = 150;
  const tensors = Array.from({ length: dispatches }, () => zeros(gpu, [64]));
  using program = record(
    gpu,
    "150 dispatches",
    () => tensors.forEach((tensor) => fillInto(tensor, 0)),
  );
  let best = Infinity;
  for (let i = 0; i < 30; i++) {
    const start = performance.now();
    program.run();
    best = Math.min(best, (performance.now() - start) / 1000);
    await gpu.device.queue.onSubmittedWorkDone();
  }
  const name = `encode and submit, ${program.size} dispatches`;
  return { group: "steps", name, wall: best, cpu: best, note: "JS thread" };
}
