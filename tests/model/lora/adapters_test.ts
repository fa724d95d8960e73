// Fixture: tests/fixtures/lora.py (PEFT on transformers' GPT-Neo, float64): d_model 24, ranks 8, 5 and 3.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { tinyModel } from "../tiny_model.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { logits } from "../../../lib/model/language_model.ts";
import {
  adaptersByName,
  createAdapters,
  nameOfA,
  nameOfB,
  releaseAdapters,
  trainedAdapters,
} from "../../../lib/model/lora/adapters.ts";
import { mergeAdapters, unmergeAdapters } from "../../../lib/model/lora/merge.ts";
import { LORA } from "../../../lib/model/lora/settings.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { crossEntropy } from "../../../lib/tensor/ops/cross_entropy.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { readParameters } from "../../../lib/tensor/parameters.ts";
import { trainerSchedule } from "../../../lib/tensor/schedule.ts";
import { zeros } from "../../../lib/tensor/tensor.ts";
import { assertClose } from "../../util.ts";
import { CASES, fixtureAdapters, fixtureBatch, fixtureModel, lora } from "./_gpt_neo.ts";
import { devices } from "../../tensor/gpu_util.ts";

const [{ gpu }] = devices;
const random = stream(0, "lora");

for (const name of Object.keys(CASES)) {
  Deno.test(`adapters (${name}): logits, loss, gradients and merged weights are PEFT's`, async () => {
    const model = fixtureModel(gpu), adapters = await fixtureAdapters(model, name);
    const { ids, targets, weights } = fixtureBatch(gpu);
    const byName = adaptersByName(adapters), { tensors } = adapters.parameters;
    for (const tensor of Object.values(model.parameters.tensors)) tensor.requiresGrad = false;
    const { result, loss } = withGradients(gpu, Object.values(tensors), () => {
      const result = logits(model, ids, { adapters: byName });
      return { result, loss: crossEntropy(result, targets, weights).loss };
    });
    const atol = 1e-5;
    assertClose(await result.read(), lora[`${name}.logits`], { name: "logits", rtol: 1e-4, atol });
    assertClose(await loss.read(), lora[`${name}.loss`], { name: "loss", rtol: 1e-5 });
    const grads = Object.keys(lora).filter((key) => key.startsWith(`${name}.grad.`));
    assertEquals(grads.length, Object.keys(tensors).length);
    for (const key of grads) {
      const own = tensors[`${key.slice(name.length + 6)}.weight`];
      const largest = lora[key].data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      assertClose(await own.grad!.read(), lora[key], { name: key, rtol: 0, atol: 1e-4 * largest });
    }
    assert(Object.values(model.parameters.tensors).every(({ grad }) => grad === undefined));
    assertEquals(model.parameters.grads, undefined);

    const before = await readParameters(model.parameters);
    mergeAdapters(model, adapters);
    const merged = Object.keys(lora).find((key) => key.startsWith(`${name}.merged.`))!;
    const weight = model.parameters.tensors[merged.slice(name.length + 8)];
    assertClose(await weight.read(), lora[merged], { name: merged, rtol: 1e-6, atol: 1e-7 });
    const alone = logits(model, ids);
    assertClose(await alone.read(), lora[`${name}.logits`], { name: "merged", rtol: 1e-4, atol });
    unmergeAdapters(model, adapters);
    for (const [key, { data }] of Object.entries(await readParameters(model.parameters))) {
      assertClose(data, before[key], { name: key, rtol: 1e-6, atol: 1e-6 });
    }
  });
}

Deno.test("createAdapters() begins as PEFT does: A uniform within 1/sqrt(in), B 0, nothing changed", async () => {
  const model = tinyModel(gpu, { d_model: 64, d_vocab: 20 });
  const settings = { ...LORA, r: 6, targets: ["c_fc", "attention.v_proj"] };
  const adapters = createAdapters(model, settings, random);
  assertEquals(adapters.modules.map(({ name }) => name), [
    "transformer.h.0.attn.attention.v_proj",
    "transformer.h.0.mlp.c_fc",
    "transformer.h.1.attn.attention.v_proj",
    "transformer.h.1.mlp.c_fc",
  ]);
  const values = await readParameters(adapters.parameters);
  for (const module of adapters.modules) {
    const { shape, data } = values[nameOfA(module)];
    assertEquals(shape, [6, module.in]);
    const bound = 1 / Math.sqrt(module.in), n = data.length;
    assert(data.every((x) => Math.abs(x) <= bound));
    const variance = data.reduce((sum, x) => sum + x * x, 0) / n;
    assertClose([variance], [bound ** 2 / 3], { name: "variance", rtol: 4 * Math.sqrt(0.8 / n) });
    assert(values[nameOfB(module, 0)].data.every((x) => x === 0));
  }
  const [a, b] = adapters.modules.map((module) => values[nameOfA(module)].data[0]);
  assert(a !== b, "modules draw on their own");
  const { ids } = fixtureBatch(gpu);
  ids.write((await ids.read()).map((id) => id % 20));
  const plain = await logits(model, ids).read();
  assertEquals(await logits(model, ids, { adapters: adaptersByName(adapters) }).read(), plain);
  releaseAdapters(adapters);
});

Deno.test("createAdapters() refuses settings that cannot be and targets that match nothing, by name", () => {
  const model = tinyModel(gpu);
  const refused: [Record<string, unknown>, string][] = [
    [{ r: 0 }, "r to be a whole number from 1"],
    [{ alpha: 0 }, "alpha to be a finite number above 0"],
    [{ dropout: 1 }, "dropout to be a finite number from 0 below 1"],
    [{ targets: [] }, "targets to be a list"],
    [{ rank: 3 }, "did you mean"],
    [
      { targets: ["q_proj", "c_attn"] },
      '"c_attn", which matches none: name some of k_proj, v_proj',
    ],
    [{ targets: ["proj"] }, '"proj", which matches none'],
    [{ targets: "q_proj" }, '"q_proj", which matches none'],
    [{ targets: ".*(" }, "expected targets to be a regular expression but found"],
    [{ targets: "x".repeat(2000) }, "2000 characters"],
  ];
  for (const [change, words] of refused) {
    const settings = { ...LORA, ...change };
    assertThrows(() => createAdapters(model, settings, random), RangeError, words);
  }
});

Deno.test("adapters of another model are refused before anything is computed", async () => {
  const model = tinyModel(gpu), { ids } = fixtureBatch(gpu);
  const wide = createAdapters(tinyModel(gpu, { d_model: 16 }), LORA, random);
  const deep = createAdapters(tinyModel(gpu, { n_layers: 3 }), LORA, random);
  const use = [
    (adapters: typeof wide) => logits(model, ids, { adapters: adaptersByName(adapters) }),
    (adapters: typeof wide) => mergeAdapters(model, adapters),
  ];
  const before = await readParameters(model.parameters);
  for (const run of use) {
    assertThrows(() => run(wide), RangeError, "[16,16], which is [8,8] in it");
    assertThrows(
      () => run(deep),
      RangeError,
      "h.2.attn.attention.v_proj.weight [8,8], which it has not",
    );
  }
  assertEquals(await readParameters(model.parameters), before);
});

Deno.test("a fused module has one A, a B for each part, and one mask for all of them", async () => {
  using gpu = await openGpu();
  const whole = tinyModel(gpu);
  const name = (part: string) => `transformer.h.0.attn.attention.${part}_proj.weight`;
  const rows = (from: number) => Uint32Array.from({ length: 8 }, (_, i) => from + 3 * i);
  const parts = ["q", "k", "v"].map((part, i) => ({ W: name(part), rows: rows(i) }));
  const modules = () => [{ name: "transformer.h.0.attn.c_attn", out: 24, in: 8, parts }];
  const model = { ...whole, architecture: { ...whole.architecture, modules } };
  const adapters = createAdapters(model, { ...LORA, r: 3, targets: ["c_attn"] }, random);
  assertEquals(
    Object.entries(adapters.parameters.tensors).map((
      [name, { shape }],
    ) => [name.slice(21), [...shape]]),
    [
      ["c_attn.lora_A.weight", [3, 8]],
      ["c_attn.lora_B.0.weight", [8, 3]],
      ["c_attn.lora_B.1.weight", [8, 3]],
      ["c_attn.lora_B.2.weight", [8, 3]],
    ],
  );
  const byName = adaptersByName(adapters);
  const [q, k, v] = parts.map(({ W }) => byName.get(W)!);
  assert(q.A === k.A && k.A === v.A && q.B !== k.B);
  const counter = zeros(gpu, [1]);
  const trained = (part: number) => trainedAdapters(adapters, { random, counter, part });
  const keys = (part: number) => parts.map(({ W }) => trained(part).get(W)!.dropout!.key);
  assertEquals(keys(0), [keys(0)[0], keys(0)[0], keys(0)[0]]);
  assert(keys(0)[0][0] !== keys(1)[0][0], "parts of a batch draw on their own");
  assertThrows(() => trainedAdapters(adapters, { counter, part: 0 }), TypeError, "pass random");
});

Deno.test("trainerSchedule() is transformers' linear schedule with warm-up", () => {
  const rate = trainerSchedule({ peak: 3e-4, steps: 9, warmupSteps: 2 });
  const found = Float32Array.from({ length: 9 }, (_, i) => rate(i + 1));
  assertClose(found, lora.schedule, { name: "rates", rtol: 1e-6 });
});
