// A NaN in any buffer of a training step must stop the training and name the step, not be dropped by a max or a compare.
import { assertEquals, assertRejects } from "@std/assert";
import {
  CODER_METRICS,
  crosscoderLoss,
  type JumpReluTensors,
} from "../../lib/crosscoder/fused_loss.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { createGptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { logits } from "../../lib/model/language_model.ts";
import { stream } from "../../lib/numerics/random.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { createScatterIndex } from "../../lib/tensor/ops/embedding.ts";
import { createParameters } from "../../lib/tensor/parameters.ts";
import { type Tensor, upload, uploadIds } from "../../lib/tensor/tensor.ts";
import { runTraining } from "../../lib/tensor/run_training.ts";
import { createTraining, recordStep, type Training } from "../../lib/tensor/training.ts";
import { random } from "../util.ts";

const gpu = await openGpu();

/** A step that has three more runs before it; `plant` puts a NaN somewhere before the third. */
async function stepWithNaN(
  training: Training,
  step: ReturnType<typeof recordStep>,
  plant: () => void,
) {
  await assertRejects(
    () =>
      runTraining(training, step, {
        name: "the test",
        feed: (i) => {
          if (i === 2) plant();
        },
      }),
    Error,
    "at step 3",
  );
}

function plantAt(tensor: Tensor, index: number): () => void {
  return () => {
    tensor.gpu.flush();
    const at = 4 * (tensor.offset + index);
    tensor.gpu.device.queue.writeBuffer(tensor.storage.buffer, at, Float32Array.of(NaN));
  };
}

function languageModel(gpu: Gpu) {
  const config = {
    ...gptNeoConfig({ d_vocab: 21, d_model: 8, n_layers: 2, n_heads: 2, n_ctx: 8 }),
    window: 3,
  };
  const model = createGptNeo(gpu, config, initialWeights(config, stream(1, "nan"), { std: 0.3 }));
  const values = Uint32Array.from({ length: 16 }, (_, i) => (5 * i + 3) % 21);
  const ids = uploadIds(gpu, [2, 8], values), targets = uploadIds(gpu, [16], values.toReversed());
  const weights = upload(gpu, { shape: [16], data: new Float32Array(16).fill(1) });
  const index = createScatterIndex(gpu, 16);
  index.write(values);
  const training = createTraining(gpu, model.parameters, { steps: 5, rate: () => 1e-3, clip: 1 });
  const step = recordStep(
    training,
    "model",
    () => [crossEntropy(logits(model, ids, { index }), targets, weights).loss],
  );
  return { training, step, parameters: model.parameters, weights };
}

function crosscoder(gpu: Gpu) {
  const shapes = {
    W_enc: [2, 4, 9],
    W_dec: [9, 2, 4],
    b_enc: [9],
    b_dec: [2, 4],
    log_threshold: [9],
  };
  const parameters = createParameters(
    gpu,
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape], i) => {
        const data = random(i, shape.reduce((a, b) => a * b, 1));
        return [name, { shape, data: Float32Array.from(data, (x) => 0.3 * x) }];
      }),
    ),
  );
  const x = upload(gpu, { shape: [6, 8], data: Float32Array.from(random(9, 48)) });
  const training = createTraining(gpu, parameters, {
    steps: 5,
    rate: () => 1e-3,
    clip: 1,
    ramp: () => 0.2,
  });
  const { schedule } = training;
  const penalties = { lambda_S: 0, lambda_P: 0.01, c: 4, eps: 2, schedule };
  const step = recordStep(
    training,
    "coder",
    () => crosscoderLoss(parameters.tensors as JumpReluTensors, x, penalties),
    { metrics: CODER_METRICS },
  );
  return { training, step, parameters, x };
}

Deno.test("runTraining() names the step when a NaN enters any parameter or moment of a language model", async () => {
  const names = Object.keys((() => {
    const config = gptNeoConfig({ d_vocab: 21, d_model: 8, n_layers: 2, n_heads: 2, n_ctx: 8 });
    return initialWeights(config, stream(1, "nan"));
  })());
  assertEquals(names.length > 20, true);
  for (const name of [...names, "m", "v", "weights"]) {
    const { training, step, parameters, weights } = languageModel(gpu);
    const target = name === "weights"
      ? weights
      : name === "m" || name === "v"
      ? training[name]
      : parameters.tensors[name];
    await stepWithNaN(training, step, plantAt(target, 1));
  }
});

Deno.test("runTraining() names the step when a NaN enters any buffer of a crosscoder step", async () => {
  for (
    const name of ["W_enc", "W_dec", "b_enc", "b_dec", "log_threshold", "m", "v", "x", "schedule"]
  ) {
    const { training, step, parameters, x } = crosscoder(gpu);
    const target = name === "x"
      ? x
      : name === "m" || name === "v" || name === "schedule"
      ? training[name]
      : parameters.tensors[name];
    // The schedule's row of step 3 is the fourth; its last value is λ_S.
    await stepWithNaN(training, step, plantAt(target, name === "schedule" ? 15 : 1));
  }
});
