// Training of many Max-of-K models: PyTorch's gradients and updates, Random123's known answers, one seed among others.
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";
import { forwardLoss } from "../../../lib/proofs/gpu/forward.ts";
import { createTokenStreams, drawTokens } from "../../../lib/proofs/gpu/token_streams.ts";
import { lastRows, mixRows } from "../../../lib/proofs/gpu/max_of_k_ops.ts";
import { initialModel, trainMaxOfK } from "../../../lib/proofs/gpu/train.ts";
import { MAX_OF_K_WEIGHTS, type MaxOfKModel } from "../../../lib/proofs/max_of_k.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { TASKS } from "../../../lib/proofs/tasks/mod.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { add, multiply } from "../../../lib/tensor/ops/arithmetic.ts";
import { sum } from "../../../lib/tensor/ops/sum.ts";
import { createParameters, readParameters } from "../../../lib/tensor/parameters.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { type Tensor, upload, uploadIds, zeros } from "../../../lib/tensor/tensor.ts";
import { createTraining, recordStep } from "../../../lib/tensor/training.ts";
import { devices, parameter } from "../../tensor/gpu_util.ts";
import { memoryCheckpoint } from "../../tensor/memory_checkpoint.ts";
import { assertClose, fixture, fixtureOptions } from "../../util.ts";

const [{ gpu }] = devices;

for (const { name, gpu } of devices) {
  Deno.test(`forwardLoss() has the losses, gradients and AdamW steps of PyTorch (${name})`, async () => {
    const expected = await fixture("max_of_k");
    const { lr, weight_decay, steps } = await fixtureOptions<Record<string, number>>("max_of_k");
    const [models, batch, K] = expected.tokens.shape;
    const parameters = createParameters(
      gpu,
      Object.fromEntries(MAX_OF_K_WEIGHTS.map((weight) => [weight, expected[weight]])),
    );
    const data = createTokenStreams(gpu, { seeds: [0, 1], batch, K });
    const ids = Uint32Array.from(expected.tokens.data);
    data.tokens.write(ids);
    data.targets.write(
      Uint32Array.from(
        { length: models * batch },
        (_, i) => Math.max(...ids.subarray(i * K, i * K + K)),
      ),
    );
    const training = createTraining(gpu, parameters, {
      steps,
      rate: () => lr,
      weightDecay: weight_decay,
    });
    let nll: Tensor | undefined;
    using step = recordStep(training, "step", () => [nll = forwardLoss(parameters.tensors, data)]);
    step.run();
    assertClose(await nll!.read(), expected.nll.data, { name: "nll", rtol: 2e-6 });
    const grads = MAX_OF_K_WEIGHTS.map((weight) => parameters.tensors[weight].gradSlot!);
    for (const [i, grad] of (await readTensors(grads)).entries()) {
      const name = `grad.${MAX_OF_K_WEIGHTS[i]}`;
      assertClose(grad, expected[name], { name, rtol: 5e-6 });
    }
    step.run();
    const after = await readParameters(parameters);
    for (const weight of MAX_OF_K_WEIGHTS) {
      const name = `after.${weight}`;
      assertClose(after[weight].data, expected[name], { name, rtol: 5e-6 });
    }
  });
}

Deno.test("drawTokens() draws the words of Threefry-2x32, 20 rounds", async () => {
  // Random123 1.14, tests/kat_vectors: threefry2x32 20, all of counter and key 0.
  const words = await drawn({ key: [0, 0], batch: 1, K: 2 });
  assertEquals(words, [0x6b200159, 0x99ba4efe].map((word) => word % 65521));
  // The third sequence of five tokens begins at pair 6 and leaves the second word of its last pair.
  const long = await drawn({ key: [1, 2], batch: 3, K: 5 });
  const pairs = [6, 7, 8].flatMap((pair) => threefry([1, 2], [0, pair]));
  assertEquals(long.slice(10), pairs.slice(0, 5).map((word) => word % 65521));
});

Deno.test("drawTokens() has the right answer of each task as its target", async () => {
  for (const { name, answer } of TASKS) {
    for (const K of [2, 3, 4, 5]) {
      const data = createTokenStreams(gpu, { seeds: [3, 4], batch: 64, K, task: name });
      // Few tokens: most sequences have some twice.
      drawTokens(data, { counter: zeros(gpu, [4]), d_vocab: 5 });
      const [tokens, targets] = await readTensors([data.tokens, data.targets]);
      const rows = Array.from(targets, (_, b) => [...tokens.slice(b * K, b * K + K)]);
      assertEquals([...targets], rows.map(answer), `${name}, K = ${K}`);
    }
  }
});

async function drawn({ key, batch, K }: { key: number[]; batch: number; K: number }) {
  const data = createTokenStreams(gpu, { seeds: [0], batch, K });
  data.keys.write(key);
  drawTokens(data, { counter: zeros(gpu, [4]), d_vocab: 65521 });
  const [tokens, targets] = await readTensors([data.tokens, data.targets]);
  const rows = Array.from(targets, (_, b) => tokens.slice(b * K, b * K + K));
  assertEquals([...targets], rows.map((row) => Math.max(...row)));
  return [...tokens];
}

/** The generator once more, from the paper: rotations of two words, a key injection after every four rounds. */
function threefry(key: number[], counter: number[]): number[] {
  const keys = [...key, 0x1bd11bda ^ key[0] ^ key[1]];
  const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
  let [a, b] = counter.map((word, i) => (word + key[i]) >>> 0);
  for (let round = 0; round < 20; round++) {
    const bits = rotations[round % 8];
    a = (a + b) >>> 0;
    b = (((b << bits) | (b >>> (32 - bits))) ^ a) >>> 0;
    const n = (round + 1) / 4;
    if (!Number.isInteger(n)) continue;
    a = (a + keys[n % 3]) >>> 0;
    b = (b + keys[(n + 1) % 3] + n) >>> 0;
  }
  return [a, b];
}

Deno.test("the tables of Max-of-K models get the same gradients from the kernels of GPUs", async () => {
  using pretended = await openGpu({ pretend: { isCpu: false } });
  // 410 sequences of 3 tokens are more places than a workgroup looks at once, and 40 tokens more than one has rows.
  const [models, batch, K, v, d] = [2, 410, 3, 40, 36], random = stream(4, "tables");
  const numbers = (size: number) => random.normals(size);
  const tables = { W_E: numbers(models * v * d), W_pos: numbers(models * K * d) };
  const keys = numbers(models * batch * d),
    upstream = [1, 2].map(() => numbers(models * batch * d));
  const ids = Array.from({ length: models * batch * K }, () => random.int(v));
  const found = [];
  for (const on of [gpu, pretended]) {
    const W_E = parameter(on, [models, v, d], tables.W_E);
    const W_pos = parameter(on, [models, K, d], tables.W_pos);
    const key = upload(on, { shape: [models, batch, d], data: keys });
    const inputs = { tokens: uploadIds(on, [ids.length], ids), batch, W_E, W_pos };
    withGradients(on, [W_E, W_pos], () => {
      const [last, mixed] = [lastRows(inputs), mixRows(inputs, key, 0.3)];
      const weigh = (rows: Tensor, data: Float32Array) =>
        sum(multiply(rows, upload(on, { shape: rows.shape as number[], data })));
      return add(weigh(last, upstream[0]), weigh(mixed, upstream[1]));
    });
    found.push(await readTensors([W_E.gradSlot!, W_pos.gradSlot!]));
  }
  // A driver may regroup the two products and the sum that they are added to, so the last bits are its own.
  for (const i of [0, 1]) {
    assertClose(found[1][i], found[0][i], { name: ["W_E", "W_pos"][i], rtol: 2e-6 });
    assert(found[0][i].every((g) => g !== 0));
  }
});

const SMALL = { d_vocab: 9, d_model: 16, d_head: 8, n_ctx: 3 };

Deno.test("trainMaxOfK() gives a seed the same bytes alone and beside others", async () => {
  const together = await trainMaxOfK(gpu, SMALL, { seeds: [5, 3, 8], steps: 40 });
  const [alone] = await trainMaxOfK(gpu, SMALL, { seeds: [3], steps: 40 });
  const bytes = (model: MaxOfKModel) =>
    MAX_OF_K_WEIGHTS.map((weight) => new Uint32Array(model[weight].buffer).join());
  assertEquals([alone.seed, alone.loss], [together[1].seed, together[1].loss]);
  assertEquals(bytes(alone.model), bytes(together[1].model));
  assertNotEquals(bytes(alone.model), bytes(together[0].model));
});

Deno.test("trainMaxOfK() goes on from a checkpoint and ends with the same bytes", async () => {
  const options = { seeds: [3, 5], steps: 120, every: 50 };
  const calm = await trainMaxOfK(gpu, SMALL, options);
  const { checkpoint, kept } = memoryCheckpoint();
  const told: number[] = [];
  const train = (last: number) =>
    trainMaxOfK(gpu, SMALL, {
      ...options,
      checkpoint,
      checkpointSeconds: 0,
      onLog: (step) => {
        if (told.push(step) && step > last) throw new Error("killed");
      },
    });
  await assertRejects(() => train(100), Error, "killed");
  assertEquals([kept.writes, told.splice(0)], [2, [50, 100, 120]]);
  assertEquals(await train(Infinity), calm);
  assertEquals([kept.writes, told], [2, [50, 100, 120]], "the log of 100 steps is told again");
});

Deno.test("initialModel() draws every matrix with standard deviation 0.8 / sqrt(d_model)", () => {
  const config = { d_vocab: 64, d_model: 32, d_head: 32, n_ctx: 20 };
  const models = [0, 1, 2, 3, 4, 5, 6, 7].map((seed) => initialModel(config, seed));
  for (const weight of MAX_OF_K_WEIGHTS) {
    const values = models.flatMap((model) => [...model[weight]]);
    const std = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    // Four standard errors of the smallest matrix.
    assert(Math.abs(std - 0.8 / Math.sqrt(32)) < 0.006, `${weight}: ${std}`);
  }
});

Deno.test("trainMaxOfK() teaches small models the maximum", async () => {
  const trained = await trainMaxOfK(gpu, SMALL, { seeds: [0, 1], steps: 800, lr: 3e-3 });
  for (const { seed, model, loss } of trained) {
    const { count, sequences } = bruteForceTiny(makeTables(model));
    assert(loss < 0.2, `seed ${seed}: loss ${loss}`);
    assert(count / sequences > 0.97, `seed ${seed}: ${count} of ${sequences}`);
  }
});
