import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fullVocabulary } from "../../lib/data/vocabulary.ts";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { readSafetensors, writeSafetensors } from "../../lib/io/safetensors.ts";
import { attentionOnly } from "../../lib/model/architectures/attention_only.ts";
import { createGptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { checkModel, writeSelfTest } from "../../lib/model/check_model.ts";
import { loadModel, saveModel } from "../../lib/model/files.ts";
import { createModel, type LanguageModel } from "../../lib/model/language_model.ts";
import { randomWeights } from "../../lib/model/random_weights.ts";
import { runWithCache } from "../../lib/model/run_with_cache.ts";
import { SELF_TEST } from "../../lib/model/self_test.ts";
import { stream } from "../../lib/numerics/random.ts";
import { devices } from "../tensor/gpu_util.ts";
import { assertClose, inFolder } from "../util.ts";

const { gpu } = devices[0];
const config = gptNeoConfig({
  d_vocab: 61,
  d_model: 16,
  n_layers: 2,
  n_heads: 2,
  n_ctx: 320,
  window: 256,
});
const neo = (n_ctx = config.n_ctx) => {
  const own = { ...config, n_ctx };
  return createGptNeo(gpu, own, initialWeights(own, stream(1, "weights"), { std: 0.3 }));
};

Deno.test("saveModel() states logits that the whole forward pass gives, and checkModel() finds them", () =>
  inFolder(async (folder) => {
    const model = neo();
    await saveModel(folder, model);
    const { prompts } = await readJson(join(folder, SELF_TEST));
    const lengths = prompts.map(({ ids }: { ids: number[] }) => ids.length);
    assertEquals(lengths, [1, 7, 24, 300]);
    for (const { ids, positions } of prompts) {
      const logits = await runWithCache(model, [ids], []).logits.read();
      for (const { position, ids: stated, logits: wanted, log_sum_exp } of positions) {
        const row = logits.subarray(position * 61, (position + 1) * 61);
        const found = Float32Array.from(stated, (id: number) => row[id]);
        assertClose(found, Float32Array.from(wanted), { name: "logits", rtol: 1e-5 });
        assertEquals(wanted[0], Number(Math.max(...row).toPrecision(9)));
        const sum = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
        assert(Math.abs(sum - log_sum_exp) < 1e-5);
      }
    }
    const found = await checkModel(gpu, folder);
    assertEquals([found.holds, found.prompts, found.tolerance], [true, 4, 1e-4]);
    assert(found.relative < 1e-6 && found.numbers > 60, found.place);
  }));

Deno.test("saveModel() writes equal bytes for equal models", () =>
  inFolder(async (folder) => {
    const texts = await Promise.all(["a", "b"].map(async (name) => {
      await saveModel(join(folder, name), neo(20));
      return await Deno.readTextFile(join(folder, name, SELF_TEST));
    }));
    assertEquals(texts[0], texts[1]);
  }));

const CHANGES: [string, (folder: string) => Promise<void>][] = [
  ["another window", async (folder) => {
    const json = await readJson(join(folder, "config.json"));
    await writeJson(join(folder, "config.json"), { ...json, window_size: 128 });
  }],
  ["another activation", async (folder) => {
    const json = await readJson(join(folder, "config.json"));
    await writeJson(join(folder, "config.json"), { ...json, activation_function: "relu" });
  }],
  ["one weight", async (folder) => {
    const path = join(folder, "model.safetensors"), { tensors } = await readSafetensors(path);
    tensors.get("transformer.h.0.mlp.c_fc.bias")!.data[3] += 0.1;
    await writeSafetensors(path, Object.fromEntries(tensors));
  }],
  ["one stated number", async (folder) => {
    const test = await readJson(join(folder, SELF_TEST));
    test.prompts[2].positions[1].logits[5] *= 1.01;
    await writeJson(join(folder, SELF_TEST), test);
  }],
];
for (const [name, change] of CHANGES) {
  Deno.test(`checkModel() tells ${name} from what is stated`, () =>
    inFolder(async (folder) => {
      await saveModel(folder, neo());
      await change(folder);
      const { holds, relative, place } = await checkModel(gpu, folder);
      assert(!holds && relative > 1e-4, `${relative} ${place}`);
      if (name === "one stated number") {
        assertStringIncludes(place, "prompt 2, position 23, id ");
      }
    }));
}

Deno.test("checkModel() works for a model without layer norms, of four positions", () =>
  inFolder(async (folder) => {
    const config = { d_vocab: 64, d_model: 32, d_head: 32, n_layers: 1, n_heads: 1, n_ctx: 4 };
    const weights = randomWeights(attentionOnly, config, stream(0, "max of k"));
    await saveModel(folder, createModel(gpu, attentionOnly, config, weights) as LanguageModel);
    const { holds, prompts } = await checkModel(gpu, folder);
    assertEquals([holds, prompts], [true, 2]);
  }));

Deno.test("with a vocabulary one prompt is a text, and another tokenizer is told", () =>
  inFolder(async (folder) => {
    const full = { ...config, d_vocab: 50257, d_model: 8, n_ctx: 20, d_mlp: 32 };
    const model = createGptNeo(gpu, full, initialWeights(full, stream(0, "weights")));
    await saveModel(folder, model, fullVocabulary());
    assertEquals((await checkModel(gpu, folder)).prompts, 4);
    const test = await readJson(join(folder, SELF_TEST));
    assertEquals(test.prompts[0].ids.slice(0, 5), [7454, 2402, 257, 640, 11]);
    assert((await Deno.stat(join(folder, SELF_TEST))).size < 20_000);
    test.prompts[0].ids[1]++;
    await writeJson(join(folder, SELF_TEST), test);
    await assertRejects(
      () => checkModel(gpu, folder),
      Error,
      "expected its tokenizer to make 13 ids",
    );
  }));

Deno.test("writeSelfTest() states what a folder without one gives, and never replaces one", () =>
  inFolder(async (folder) => {
    await saveModel(folder, neo(30));
    const path = join(folder, SELF_TEST), before = await readJson(path);
    await assertRejects(
      () => writeSelfTest(gpu, folder),
      Error,
      "expected no self_test.json there",
    );
    await Deno.remove(path);
    await assertRejects(
      () => checkModel(gpu, folder),
      Error,
      "but found none: write it with --write",
    );
    assertEquals(await writeSelfTest(gpu, folder), 4);
    assertEquals(await readJson(path), before);
    await loadModel(gpu, folder);
  }));

// deno-lint-ignore no-explicit-any -- JSON of any form
const FAULTS: [string, (test: any) => void, string][] = [
  ["a tolerance of everything", (t) => t.tolerance = 1, "tolerance to be a finite number above 0"],
  ["no prompts", (t) => t.prompts = [], "prompts to be a list of at least 1"],
  [
    "an id that the model lacks",
    (t) => t.prompts[1].ids[0] = 61,
    "ids below 61 in prompt 1 but found 61",
  ],
  ["a logit of such an id", (t) => t.prompts[1].positions[0].ids[0] = 99, "but found 99"],
  [
    "a position behind the prompt",
    (t) => t.prompts[1].positions[0].position = 7,
    "positions below 7",
  ],
  ["a logit too few", (t) => t.prompts[1].positions[0].logits.pop(), "a logit for each of"],
  ["a prompt too long", (t) => t.prompts[1].ids = Array(31).fill(0), "at most 30 ids in prompt 1"],
  [
    "a logit that is no number",
    (t) => t.prompts[0].positions[0].logits[0] = null,
    "logits[0] to be",
  ],
  ["an unknown field", (t) => t.tolerence = 1, "tolerence"],
];
for (const [name, change, words] of FAULTS) {
  Deno.test(`checkModel() refuses a self-test with ${name}`, () =>
    inFolder(async (folder) => {
      await saveModel(folder, neo(30));
      const test = await readJson(join(folder, SELF_TEST));
      change(test);
      await writeJson(join(folder, SELF_TEST), test);
      await assertRejects(() => checkModel(gpu, folder), Error, words);
    }));
}
