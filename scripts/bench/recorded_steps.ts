/**
 * The training steps that the bench times, lists dispatch by dispatch and runs beside PyTorch:
 * loss, gradients, clipping, Adam and log, as a training records them.
 * @module
 */
import {
  CODER_METRICS,
  crosscoderLoss,
  type JumpReluTensors,
} from "../../lib/crosscoder/fused_loss.ts";
import { stagewiseSettings } from "../../lib/diff/settings/presets.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import type { Program } from "../../lib/gpu/program.ts";
import type { HostArray } from "../../lib/io/host_array.ts";
import { type GptNeoConfig, gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { gptNeoShapes } from "../../lib/model/architectures/gpt_neo/names.ts";
import { createGptNeo, type GptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { type BatchParts, createBatchParts } from "../../lib/model/batch_parts.ts";
import { logits } from "../../lib/model/language_model.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { createParameters, releaseParameters } from "../../lib/tensor/parameters.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { createTraining, recordStep, releaseTraining } from "../../lib/tensor/training.ts";
import { randomValues } from "./products.ts";

/** A step that is ready to run; `flop` are those of its products and of attention. */
export type RecordedStep = Disposable & { program: Program; flop: number };

/** Rows of a batch, and the shape of a crosscoder. */
export type CoderShape = { batch: number; n_sites: number; d_in: number; d_sae: number };

/** A language model and its batch: sequences of `pos` tokens. */
export type ModelShape = { config: GptNeoConfig; batch: number; pos: number };

/** The size of preset small's language model. */
export function smallConfig(): GptNeoConfig {
  const { model } = stagewiseSettings("small", { grammar: false });
  return { ...model, d_vocab: 1200 };
}

/** The size of roneneldan/TinyStories-33M. */
export function tinyStoriesConfig(): GptNeoConfig {
  return gptNeoConfig({ d_vocab: 50257, d_model: 768, n_layers: 4, n_heads: 16, n_ctx: 2048 });
}

function values(shape: number[], scale: number): HostArray {
  const data = randomValues(shape.reduce((a, b) => a * b, 1));
  return { shape, data: data.map((v) => scale * v) };
}

/** The paper's recipe; five products of 2 · batch · n_sites · d_in · d_sae operations count. */
export function coderStep(gpu: Gpu, { batch, n_sites, d_in, d_sae }: CoderShape): RecordedStep {
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
  const program = recordStep(
    training,
    "crosscoder",
    () =>
      crosscoderLoss(parameters.tensors as JumpReluTensors, x, {
        ...S,
        schedule: training.schedule,
      }),
    { metrics: CODER_METRICS },
  );
  return {
    program,
    flop: 5 * 2 * batch * n_sites * d_in * d_sae,
    [Symbol.dispose]() {
      program[Symbol.dispose]();
      releaseTraining(training);
      releaseParameters(parameters);
      x.release();
    },
  };
}

/** Next-token loss of one batch of a GPT-Neo with random weights. */
export function modelStep(gpu: Gpu, { config, batch, pos }: ModelShape): RecordedStep {
  const model = randomModel(gpu, config), fed = fedBatch(gpu, config, { batch, pos });
  const [{ ids, targets, weights, index }] = fed.parts;
  const training = createTraining(gpu, model.parameters, { steps: 512, rate: () => 1e-5, clip: 1 });
  const program = recordStep(
    training,
    "model",
    () => {
      fed.take(training.schedule);
      return [crossEntropy(logits(model, ids, { index }), targets, weights).loss];
    },
  );
  return {
    program,
    flop: modelFlop({ config, batch, pos }),
    [Symbol.dispose]() {
      program[Symbol.dispose]();
      releaseTraining(training);
      releaseParameters(model.parameters);
      fed[Symbol.dispose]();
    },
  };
}

/** A GPT-Neo with random weights; norms begin with ones. */
export function randomModel(gpu: Gpu, config: GptNeoConfig): GptNeo {
  const weights = Object.entries(gptNeoShapes(config)).map(([name, shape]) => {
    const ones = /\.ln_\w\.weight$/.test(name);
    const { data } = values(shape, 0.03);
    return [name, { shape, data: ones ? data.fill(1) : data }];
  });
  return createGptNeo(gpu, config, Object.fromEntries(weights));
}

/** A batch as training uploads it: ids of the whole vocabulary, each its own target. */
export function fedBatch(
  gpu: Gpu,
  { d_vocab }: GptNeoConfig,
  { batch, pos }: { batch: number; pos: number },
): BatchParts {
  const ids = Uint32Array.from({ length: batch * pos }, (_, i) => i * 7919 % d_vocab);
  const weights = new Float32Array(batch * pos).fill(1);
  const draw = () => ({ batch, sequenceLength: pos, ids, targets: ids, weights });
  const fed = createBatchParts(gpu, { batch, pos, indexed: true, steps: 64, draw });
  fed.feed(0);
  return fed;
}

/** Six operations a token and weight, and attention, whose backward counts as 3.5 forwards. */
export function modelFlop({ config, batch, pos }: ModelShape): number {
  const { d_model, d_mlp, d_vocab, n_layers } = config, tokens = batch * pos;
  const weights = n_layers * (4 * d_model ** 2 + 2 * d_model * d_mlp) + d_vocab * d_model;
  const attention = 4 * d_model * tokens * (pos + 1) / 2 * n_layers;
  return 6 * tokens * weights + 4.5 * attention;
}
