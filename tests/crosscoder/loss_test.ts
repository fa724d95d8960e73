// Fixture: tests/fixtures/crosscoder.py (PyTorch, float64): batch 7, 3 sites x 8, 13 latents, no multiple of a tile.
import { assertAlmostEquals } from "@std/assert";
import {
  CODER_METRICS,
  type CoderTensors,
  crosscoderLoss,
  encode,
} from "../../lib/crosscoder/loss.ts";
import { openGpu } from "../../lib/gpu/device.ts";
import { createParameters, readParameters } from "../../lib/tensor/parameters.ts";
import { view } from "../../lib/tensor/ops/reshape.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { createTraining, recordStep, runTraining } from "../../lib/tensor/training.ts";
import { assertClose, fixture, fixtureOptions } from "../util.ts";

type Options = Record<"c" | "eps" | "lambda_P" | "lambda_S" | "lr" | "max_norm" | "steps", number>;
const pt = await fixture("crosscoder");
const options = await fixtureOptions<Options>("crosscoder");
const NAMES = ["W_enc", "W_dec", "b_enc", "b_dec", "log_threshold"] as const;

/** One training of the fixture; a ramp that is constant at lambda_S must equal the constant. */
async function train(steps: number, { ramp }: { ramp: boolean }) {
  using gpu = await openGpu();
  const parameters = createParameters(
    gpu,
    Object.fromEntries(NAMES.map((name) => [name, pt[name]])),
  );
  const coder = parameters.tensors as CoderTensors;
  const x = view(upload(gpu, pt.x), [7, 24]);
  const acts = await encode(coder, x).read();
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
