import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/open.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { linear } from "../../lib/tensor/ops/linear.ts";
import { add } from "../../lib/tensor/ops/arithmetic.ts";
import { squaredNorm, sum } from "../../lib/tensor/ops/sum.ts";
import { createParameters } from "../../lib/tensor/parameters.ts";
import { upload, uploadIds } from "../../lib/tensor/tensor.ts";
import { runTraining } from "../../lib/tensor/run_training.ts";
import {
  createTraining,
  type LoggedStep,
  recordStep,
  releaseTraining,
} from "../../lib/tensor/training.ts";
import { assertClose, random } from "../util.ts";
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

Deno.test("recordStep() with the parts of a batch learns and logs what the whole batch would give", async () => {
  using gpu = await openGpu();
  const pos = 3, batch = 5, d = 7;
  const x = random(1, batch * pos * 4), W = random(2, d * 4);
  const targets = Uint32Array.from({ length: batch * pos }, (_, i) => i * 5 % d);
  const weights = Float32Array.from(
    { length: batch * pos },
    (_, i) => i % 4 === 0 ? 0 : i % 3 + 0.5,
  );
  weights.fill(0, 4 * pos, 5 * pos); // the last part counts nothing
  const learn = async (sizes: number[]) => {
    const parameters = createParameters(gpu, { W: { shape: [d, 4], data: Float32Array.from(W) } });
    const training = createTraining(gpu, parameters, { steps: 3, rate: () => 0.05, clip: 0.3 });
    const among = upload(gpu, { shape: [batch * pos], data: weights });
    let first = 0;
    const parts = sizes.map((size) => {
      const [from, to] = [first * pos, (first += size) * pos];
      const shape = [to - from];
      const rows = upload(gpu, { shape: [size, pos, 4], data: x.slice(4 * from, 4 * to) });
      const wanted = uploadIds(gpu, shape, targets.slice(from, to));
      const counted = upload(gpu, { shape, data: weights.slice(from, to) });
      return () => [
        crossEntropy(linear(rows, parameters.tensors.W), wanted, counted, { among }).loss,
      ];
    });
    using step = recordStep(training, "parts", parts);
    const rows: LoggedStep[] = [];
    await runTraining(training, step, { name: "parts", onLog: (some) => rows.push(...some) });
    releaseTraining(training);
    const log = rows.flatMap(({ metrics, gradNorm }) => [metrics.loss, gradNorm]);
    return { log: Float32Array.from(log), W: await parameters.tensors.W.read() };
  };
  const whole = await learn([5]);
  for (const sizes of [[2, 2, 1], [4, 1], [1, 1, 1, 1, 1]]) {
    const { log, W } = await learn(sizes);
    assertClose(log, whole.log, { name: `log of ${sizes}`, rtol: 1e-5 });
    assertClose(W, whole.W, { name: `W of ${sizes}`, rtol: 1e-5 });
  }
});
