import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/open.ts";
import { add } from "../../lib/tensor/ops/arithmetic.ts";
import { squaredNorm, sum } from "../../lib/tensor/ops/sum.ts";
import { createParameters } from "../../lib/tensor/parameters.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { runTraining } from "../../lib/tensor/run_training.ts";
import {
  createTraining,
  type LoggedStep,
  recordStep,
  releaseTraining,
} from "../../lib/tensor/training.ts";
import { devices } from "./gpu_util.ts";

const { gpu } = devices[0];
const arrays = { w: { shape: [4], data: Float32Array.of(1, 2, 0, 0) } };
const start = (rate = 1e-3) =>
  createTraining(gpu, createParameters(gpu, arrays), { steps: 2, rate: () => rate });

Deno.test("runTraining() logs metrics by the names that recordStep() was given, loss by default", async () => {
  for (const metrics of [["squared_norm", "seven"], undefined]) {
    const training = start();
    const seven = upload(gpu, { shape: [1], data: Float32Array.of(7) });
    const loss = () => {
      const norm = squaredNorm(training.parameters.tensors.w);
      return metrics ? [norm, seven] : [norm];
    };
    const rows: LoggedStep[] = [];
    using step = recordStep(training, "x", loss, { metrics });
    await runTraining(training, step, { name: "x", onLog: (some) => rows.push(...some) });
    assertEquals(rows.map(({ step }) => step), [1, 2]);
    assertEquals(rows[0].metrics, metrics ? { squared_norm: 5, seven: 7 } : { loss: 5 });
    releaseTraining(training);
  }
});

Deno.test("recordStep() refuses names that are not one for each row of metrics", () => {
  const training = start();
  const loss = () => [squaredNorm(training.parameters.tensors.w)];
  for (const metrics of [["a", "b"], []]) {
    assertThrows(() => recordStep(training, "x", loss, { metrics }), RangeError, "metrics");
  }
  const twice = () => [...loss(), ...loss()];
  const both = { metrics: ["a", "a"] };
  assertThrows(() => recordStep(training, "x", twice, both), RangeError, "one name of its own");
  const many = () => Array.from({ length: 9 }, loss).flat();
  const nine = { metrics: [..."abcdefghi"] };
  assertThrows(() => recordStep(training, "x", many, nine), RangeError, "up to 8 rows");
  releaseTraining(training);
});

Deno.test("runTraining() names the number that is no longer finite", async () => {
  const training = start(3e38);
  const name = "x", metrics = ["squared_norm"];
  const loss = () => [squaredNorm(training.parameters.tensors.w)];
  using step = recordStep(training, name, loss, { metrics });
  await assertRejects(() => runTraining(training, step, { name }), Error, "squared norm");
  const options = { name, evry: 3 } as { name: string };
  await assertRejects(() => runTraining(training, step, options), RangeError, "every?");
  releaseTraining(training);
});

Deno.test("recordStep() leaves a frozen parameter as it is, decay or not", async () => {
  using gpu = await openGpu();
  const given = Float32Array.of(1, 2, 3, 4);
  const array = { shape: [4], data: given };
  const parameters = createParameters(gpu, { a: array, b: array, c: array });
  const { a, b, c } = parameters.tensors;
  b.requiresGrad = false;
  const training = createTraining(gpu, parameters, { steps: 3, rate: () => 0.1, weightDecay: 0.5 });
  using step = recordStep(training, "frozen", () => [sum(add(add(a, b), c))]);
  for (let i = 0; i < 3; i++) step.run();
  assertEquals(await b.read(), given);
  for (const tensor of [a, c]) {
    (await tensor.read()).forEach((value, i) => assertEquals(value < given[i], true));
  }
});
