// Fixture: tests/fixtures/crosscoder.py (PyTorch, float64): batch 7, 3 sites x 8, 13 latents, no multiple of a tile.
import { assertAlmostEquals } from "@std/assert";
import {
  CODER_METRICS,
  crosscoderLoss,
  type JumpReluTensors,
} from "../../lib/crosscoder/fused_loss.ts";
import { preActivations } from "../../lib/crosscoder/encode.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { createParameters, readParameters } from "../../lib/tensor/parameters.ts";
import { crosscoderGrad, crosscoderLoss as plainLoss } from "../reference/crosscoder_loss.ts";
import { jumprelu } from "../../lib/tensor/ops/jumprelu.ts";
import { view } from "../../lib/tensor/ops/reshape.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { runTraining } from "../../lib/tensor/run_training.ts";
import { createTraining, recordStep } from "../../lib/tensor/training.ts";
import { takenForGpu } from "../tensor/gpu_util.ts";
import { assertClose, fixture, fixtureOptions, random } from "../util.ts";

const gpu = await openGpu();

type Options = Record<"c" | "eps" | "lambda_P" | "lambda_S" | "lr" | "max_norm" | "steps", number>;
const pt = await fixture("crosscoder");
const options = await fixtureOptions<Options>("crosscoder");
const NAMES = ["W_enc", "W_dec", "b_enc", "b_dec", "log_threshold"] as const;

/** One training of the fixture; a ramp that is constant at lambda_S must equal the constant. */
async function train(steps: number, { ramp }: { ramp: boolean }) {
  const parameters = createParameters(
    gpu,
    Object.fromEntries(NAMES.map((name) => [name, pt[name]])),
  );
  const coder = parameters.tensors as JumpReluTensors;
  const x = view(upload(gpu, pt.x), [7, 24]);
  const acts = await jumprelu(preActivations(coder, x), coder.log_threshold).read();
  const training = createTraining(gpu, parameters, {
    steps,
    rate: () => options.lr,
    ramp: () => options.lambda_S,
    clip: options.max_norm,
  });
  const penalties = {
    ...options,
    lambda_S: ramp ? 0 : options.lambda_S,
    schedule: ramp ? training.schedule : undefined,
  };
  using program = recordStep(training, "crosscoder", () => crosscoderLoss(coder, x, penalties), {
    metrics: CODER_METRICS,
  });
  const logged: { metrics: number[]; gradNorm: number }[] = [];
  await runTraining(training, program, {
    name: "crosscoder",
    onLog: (rows) => {
      for (const { metrics, gradNorm } of rows) {
        logged.push({ metrics: CODER_METRICS.map((name) => metrics[name]), gradNorm });
      }
    },
  });
  const grads = await Promise.all(NAMES.map((name) => coder[name].gradSlot!.read()));
  return { acts, logged, grads, after: await readParameters(parameters) };
}

Deno.test("crosscoderLoss() gives PyTorch's latents, losses and gradients", async () => {
  const { acts, logged, grads } = await train(1, { ramp: false });
  assertClose(acts, pt.f, { name: "f", rtol: 1e-5 });
  assertClose(logged[0].metrics.slice(0, 3), pt.parts, { name: "loss parts", rtol: 1e-5 });
  const L0 = pt.f.data.filter((value) => value > 0).length / 7;
  assertAlmostEquals(logged[0].metrics[3], L0, 1e-5);
  NAMES.forEach((name, i) => {
    assertClose(grads[i], pt[`grad.${name}`], { name: `grad ${name}`, rtol: 2e-5 });
  });
});

for (const ramp of [false, true]) {
  Deno.test(`five clipped Adam steps on crosscoderLoss() equal PyTorch's, ramp ${ramp}`, async () => {
    const { logged, after } = await train(5, { ramp });
    const losses = logged.flatMap(({ metrics }) => metrics.slice(0, 3));
    assertClose(losses, pt.losses, { name: "losses", rtol: 1e-4 });
    assertClose(logged.map(({ gradNorm }) => gradNorm), pt.grad_norms, {
      name: "norms",
      rtol: 1e-4,
    });
    for (const name of NAMES) {
      assertClose(after[name].data, pt[`after.${name}`], { name: `after ${name}`, rtol: 1e-4 });
    }
  });
}

/** One step on random numbers, its losses and gradients beside the plain version's. */
async function assertLikePlain(
  gpu: Gpu,
  { batch, n_sites, d_in, d_sae }: Record<"batch" | "n_sites" | "d_in" | "d_sae", number>,
  { size = 1 } = {},
) {
  const shapes = {
    W_enc: [n_sites, d_in, d_sae],
    W_dec: [d_sae, n_sites, d_in],
    b_enc: [d_sae],
    b_dec: [n_sites, d_in],
    log_threshold: [d_sae],
  };
  const given = Object.fromEntries(NAMES.map((name, i) => {
    const data = random(i, shapes[name].reduce((a, b) => a * b, 1)).map((x) => 0.3 * x);
    return [name, { shape: shapes[name], data }];
  }));
  const N = n_sites * d_in, x = random(9, batch * N).map((value) => size * value);
  const parameters = createParameters(gpu, given);
  const coder = parameters.tensors as JumpReluTensors;
  const training = createTraining(gpu, parameters, { steps: 1, rate: () => 0 });
  const rows = upload(gpu, { shape: [batch, N], data: x });
  using program = recordStep(training, "crosscoder", () => crosscoderLoss(coder, rows, options), {
    metrics: CODER_METRICS,
  });
  let metrics: number[] = [];
  await runTraining(training, program, {
    name: "crosscoder",
    onLog: ([step]) => metrics = CODER_METRICS.map((name) => step.metrics[name]),
  });
  const plain = Object.fromEntries(
    NAMES.map((name) => [name, given[name].data]),
  ) as Record<typeof NAMES[number], Float32Array>;
  const wanted = plainLoss(plain, x, { ...options, n_sites });
  const parts = [wanted.reconstruction, wanted.sparsity, wanted.preActivation];
  assertClose(metrics.slice(0, 3), parts, { name: "loss parts", rtol: 1e-4 });
  const grads = crosscoderGrad(plain, x, {
    ...options,
    n_sites,
  });
  for (const name of NAMES) {
    const found = await coder[name].gradSlot!.read();
    assertClose(found, grads[name], { name: `grad ${name}`, rtol: 1e-4 });
  }
}

Deno.test("crosscoderLoss() equals the plain version with 65,540 latents", async () => {
  await assertLikePlain(gpu, { batch: 3, n_sites: 1, d_in: 4, d_sae: 65_540 });
});

Deno.test("crosscoderLoss() equals the plain version where every tensor lies in several pieces", async () => {
  using gpu = await openGpu({ maxBinding: 72 * 1024 });
  await assertLikePlain(gpu, { batch: 700, n_sites: 2, d_in: 40, d_sae: 270 });
});

Deno.test("crosscoderLoss() stays right where c f n is beyond what drivers take a tanh of", async () => {
  const { gpu } = await takenForGpu();
  const sizes = { batch: 16, n_sites: 2, d_in: 8, d_sae: 20 };
  await assertLikePlain(gpu, sizes);
  await assertLikePlain(gpu, sizes, { size: 100 });
});
