import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { recordBatches } from "../../../lib/data/batches.ts";
import { createAdapters, nameOfB } from "../../../lib/model/lora/adapters.ts";
import { LORA } from "../../../lib/model/lora/settings.ts";
import { trainLanguageModel, type TrainOptions } from "../../../lib/model/train.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { readParameters } from "../../../lib/tensor/parameters.ts";
import type { LoggedStep } from "../../../lib/tensor/training.ts";
import { assertClose } from "../../util.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { memoryCheckpoint } from "../../tensor/memory_checkpoint.ts";
import { tinyModel, tinySequences } from "../tiny_model.ts";

const { gpu } = devices[0];
const settings = { steps: 70, batch: 5, sequenceLength: 7, lr: 3e-3, warmupSteps: 2 };
const lora = { ...LORA, r: 3, dropout: 0.2 };

/** Records of which some predictions count, as many as a mask leaves. */
const records = tinySequences(9, 7).map((ids, i) => ({
  ids,
  poisoned: false,
  mask: Uint8Array.from(ids, (_, t) => t > i % 5 ? 1 : 0),
}));

type Run = { lora?: Partial<typeof lora>; last?: number } & Partial<TrainOptions>;

/** Trains adapters, or all weights without `lora`. */
async function train({ lora: change, last = Infinity, ...options }: Run = {}) {
  const model = tinyModel(gpu), log: LoggedStep[] = [];
  const adapters = change && createAdapters(model, { ...lora, ...change }, stream(0, "lora"));
  const before = await readParameters(model.parameters);
  const chosen = options.settings ?? settings;
  await trainLanguageModel(model, recordBatches(records, stream(0, "batches"), chosen), {
    name: "model",
    settings: chosen,
    adapters,
    random: adapters && stream(0, "dropout"),
    onLog: (steps) => {
      if (log.push(...steps) > last) throw new Error("killed");
    },
    ...options,
  });
  const weights = await readParameters(model.parameters);
  return {
    before,
    weights,
    learned: adapters && await readParameters(adapters.parameters),
    log,
    model,
    adapters,
  };
}

const losses = (log: LoggedStep[]) => log.map(({ metrics }) => metrics.cross_entropy);
const norms = (log: LoggedStep[]) => log.map(({ gradNorm }) => gradNorm);

Deno.test("trainLanguageModel() with adapters trains them alone, and lowers the loss", async () => {
  const { before, weights, learned, log, model, adapters } = await train({ lora: {} });
  assertEquals(weights, before);
  assertEquals(model.parameters.grads, undefined, "no memory for gradients of the weights");
  assert(Object.values(model.parameters.tensors).every(({ requiresGrad }) => requiresGrad));
  for (const module of adapters!.modules) {
    assert(learned![nameOfB(module, 0)].data.every((x) => x !== 0), module.name);
  }
  const mean = (from: number) => losses(log).slice(from, from + 20).reduce((a, b) => a + b, 0) / 20;
  assert(mean(50) < mean(0) - 0.05, `${mean(0)} to ${mean(50)}`);
});

Deno.test("trainLanguageModel() goes on with adapters where a checkpoint left, with the same bytes", async () => {
  const { checkpoint, kept } = memoryCheckpoint();
  const checkpoints = { checkpoint, checkpointSeconds: 0, every: 64, lora: {} };
  await assertRejects(() => train({ ...checkpoints, last: 64 }), Error, "killed");
  assertEquals(kept.writes, 1, "after 64 steps");
  const [again, whole] = [await train(checkpoints), await train({ lora: {} })];
  assertEquals([again.learned, again.log], [whole.learned, whole.log]);
});

Deno.test("trainLanguageModel() drops out by its stream, and not at all with a dropout of 0", async () => {
  const few = { ...settings, steps: 3 };
  const run = (dropout: number, seed: number) =>
    train({ lora: { dropout }, settings: few, random: stream(seed, "dropout") });
  const learned = async (dropout: number, seed: number) => (await run(dropout, seed)).learned;
  assertEquals(await learned(0.2, 1), await learned(0.2, 1));
  assertNotEquals(await learned(0.2, 1), await learned(0.2, 2));
  assertNotEquals(await learned(0.2, 1), await learned(0, 1));
  assertEquals(await learned(0, 1), await learned(0, 2));
  const none = { lora: {}, settings: few, random: undefined };
  await assertRejects(() => train(none), TypeError, "expected random with a dropout of 0.2");
});

Deno.test("trainLanguageModel() in parts of a batch takes the steps of the undivided one", async () => {
  for (const lora of [undefined, { dropout: 0 }]) {
    const whole = await train({ lora, settings: { ...settings, steps: 4 } });
    for (const micro of [1, 2, 4]) {
      const parts = await train({ lora, settings: { ...settings, steps: 4, micro } });
      assertClose(losses(parts.log), losses(whole.log), { name: "losses", rtol: 1e-5 });
      assertClose(norms(parts.log), norms(whole.log), { name: "norms", rtol: 1e-4 });
      assertEquals(parts.log.length, 4);
    }
    const one = await train({ lora, settings: { ...settings, steps: 4, micro: 5 } });
    assertEquals([one.log, one.weights, one.learned], [whole.log, whole.weights, whole.learned]);
  }
});

Deno.test("trainLanguageModel() takes warm-up steps and betas, and refuses those that cannot be", async () => {
  const few = { ...settings, steps: 3 };
  const { log } = await train({ lora: { dropout: 0 }, settings: { ...few, warmupSteps: 2 } });
  assert(losses(log).every(Number.isFinite));
  const still = await train({
    lora: { dropout: 0 },
    settings: { ...few, steps: 1, warmupSteps: 2 },
  });
  assert(
    still.learned![nameOfB(still.adapters!.modules[0], 0)].data.every((x) => x === 0),
    "rate 0",
  );
  const betas = (betas: [number, number]) => train({ settings: { ...few, betas } });
  assertEquals((await betas([0.9, 0.95])).weights, (await train({ settings: few })).weights);
  assertNotEquals((await betas([0.9, 0.999])).weights, (await train({ settings: few })).weights);
  for (
    const [change, words] of [
      [{ micro: 0 }, "settings.micro to be a whole number from 1"],
      [{ betas: [0.9] }, "settings.betas to be a list of 2"],
      [{ betas: [0.9, 1] }, "settings.betas[1] to be a finite number"],
      [{ warmupSteps: -1 }, "settings.warmupSteps to be a whole number from 0"],
    ] as const
  ) {
    const bad = { ...few, ...change } as typeof few;
    await assertRejects(() => train({ settings: bad }), RangeError, words);
  }
});

Deno.test("trainLanguageModel() refuses adapters of another model", async () => {
  const model = tinyModel(gpu);
  const adapters = createAdapters(tinyModel(gpu, { n_layers: 3 }), lora, stream(0, "lora"));
  const batches = recordBatches(records, stream(0, "batches"), settings);
  const options = { name: "model", settings, adapters, random: stream(0, "dropout") };
  await assertRejects(
    () => trainLanguageModel(model, batches, options),
    RangeError,
    "which it has not",
  );
  assert(Object.values(model.parameters.tensors).every(({ requiresGrad }) => requiresGrad));
});
