// A quadratic decoder against what it is made from: pair weights by hand, and a training on a planted product.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { pairWeights, trainQuadratic } from "../../../lib/interactions/others/quadratic_decoder.ts";
import { randomWeights } from "../../../lib/interactions/others/random_model.ts";
import {
  coOccurrence,
  covariances,
  weightsAgreement,
} from "../../../lib/interactions/others/weights_agreement.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { readParameters, releaseParameters } from "../../../lib/tensor/parameters.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

const [{ gpu }] = devices;
const array = (shape: number[], ...data: number[]) => ({ shape, data: Float32Array.from(data) });

Deno.test("pairWeights() is the size of the mixed second derivative", () => {
  const U = array([3, 2], 1, 0, 2, 1, 0, 3), W_2 = array([2, 2], 1, 0, 1, 2);
  const found = pairWeights({ U, W_2 }, { i: [0, 0, 1], j: [1, 2, 2] });
  // u = (2, 0), (0, 0), (0, 3): 2 ‖2 (1, 0)‖, 0, 2 ‖3 (1, 2)‖.
  [4, 0, 6 * Math.sqrt(5)].forEach((size, p) => assertAlmostEquals(found[p], size, 1e-6));
});

Deno.test("a quadratic term explains more of what a dictionary reads than the linear decoder alone", async () => {
  const model = randomModel(gpu), coder = randomCoder(), sequences = randomText();
  const options = { sequences, steps: 150, batch: 14, lr: 2e-2 };
  const random = () => stream(1, "decoder");
  const linear = await trainQuadratic(model, coder, { ...options, rank: 0, random: random() });
  const quadratic = await trainQuadratic(model, coder, { ...options, rank: 6, random: random() });
  assert(quadratic.error < 0.95 * linear.error, `${quadratic.error} of ${linear.error}`);
  assertEquals([linear.U, quadratic.U!.shape, quadratic.W_2!.shape], [undefined, [14, 6], [6, 32]]);
  const again = await trainQuadratic(model, coder, { ...options, rank: 6, random: random() });
  assertEquals(again, quadratic);
});

Deno.test("coOccurrence() and weightsAgreement() are correlations over pairs", () => {
  const active = activeLatents(Float32Array.of(1, 2, 0, 0, 1, 3, 2, 4, 0, 0, 0, 0), 3);
  const pairs = { d_sae: 3, i: Uint32Array.of(0, 0, 1), j: Uint32Array.of(1, 2, 2) };
  // E f = (3, 7, 3) / 4; E f_0 f_1 = 10 / 4, E f_0 f_2 = 0, E f_1 f_2 = 3 / 4.
  assertEquals([...covariances(active, pairs)], [2.5 - 21 / 16, -9 / 16, 0.75 - 21 / 16]);
  const found = coOccurrence({ weights: [3, 1, 2], pairs, count: [2, 0, 1] }, active);
  assertAlmostEquals(found.weights, 1, 1e-12);
  assert(found.covariance > 0.8 && found.covariance < 1);
  const agreement = weightsAgreement({
    weights: [4, 3, 2, 1],
    acts: [1, 2, 4, 16],
    interaction: [4, 3, 1, 2],
  }, { top: 2 });
  assertAlmostEquals(agreement.weights, 0.8, 1e-12);
  assertAlmostEquals(agreement.acts, -0.8, 1e-12);
  assertEquals([agreement.precision, agreement.chance], [1, 0.5]);
});

Deno.test("randomWeights() keeps mean and spread of each tensor, and no weight", async () => {
  const model = randomModel(gpu), random = await randomWeights(model, stream(2, "weights"));
  const [before, after] = [
    await readParameters(model.parameters),
    await readParameters(random.parameters),
  ];
  releaseParameters(random.parameters);
  assertEquals(Object.keys(after), Object.keys(before));
  for (const [name, { shape, data }] of Object.entries(before)) {
    assertEquals(after[name].shape, shape);
    const moments = (values: Float32Array) => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return [mean, Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length)];
    };
    const [mean, sd] = moments(data), [other, spread] = moments(after[name].data);
    assert(
      Math.abs(other - mean) < 5 * sd / Math.sqrt(data.length),
      `${name}: ${other} of ${mean}`,
    );
    assert(data.length < 64 || Math.abs(spread / sd - 1) < 0.4, `${name}: ${spread} of ${sd}`);
    assert(data.some((value, i) => value !== after[name].data[i]));
  }
});
