// A model of random weights with a dictionary of some of its coordinates, whose sites are those of attention as well.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { type Crosscoder, saveCrosscoder } from "../../../lib/crosscoder/coder.ts";
import type { RunData } from "../../../lib/diff/run/data.ts";
import { ownHash, runOwn } from "../../../lib/interactions/run/own.ts";
import { interactionsSettings } from "../../../lib/interactions/run/presets.ts";
import type { InteractionsTask } from "../../../lib/interactions/run/task.ts";
import { saveModel } from "../../../lib/model/files.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { inFolder } from "../../util.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

const [{ gpu }] = devices;
const records = randomText(84).map((ids) => ({ ids: Uint32Array.from(ids) }));
const data = { clean: records.slice(0, 42), heldOut: { clean: records.slice(42) } } as RunData;
const few = { pairs: 30, tokens: 3 };
const smoke = interactionsSettings("smoke");
const settings = {
  ...{ ...smoke, seeds: 1, metricSequences: 40, heldOutSequences: 40, boundSequences: 2 },
  dictionary: { ...smoke.dictionary, poolSequences: 2 },
  pairs: { sequences: 40, otherSequences: 40, least: 2 },
  truth: { ...smoke.truth, cells: 2, top: 1, whole: few, mean: few, later: few },
  agreement: { resamples: 3 },
};

/** Latents that read and write the first eight coordinates of every site, up and down. */
function coordinates(sites: string[]): Crosscoder {
  const n_sites = sites.length, d_sae = 16 * n_sites, d_in = 16;
  const zeros = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  const W_enc = zeros(n_sites, d_in, d_sae), W_dec = zeros(d_sae, n_sites, d_in);
  for (let i = 0; i < d_sae; i++) {
    const site = Math.floor(i / 16), c = i % 8, sign = i % 16 < 8 ? 1 : -1;
    W_enc.data[(site * d_in + c) * d_sae + i] = sign;
    for (let s = 0; s < n_sites; s++) {
      W_dec.data[(i * n_sites + s) * d_in + c + (s === site ? 0 : 8)] = s === site ? sign : 0.03;
    }
  }
  const activation = { kind: "relu" } as const, normalisation = "none" as const;
  const config = coderConfig({
    ...{ sites, d_in, d_sae, folded: true, recipe: "test", normalisation, activation },
  });
  return { config, arrays: { W_enc, W_dec, b_enc: zeros(d_sae), b_dec: zeros(n_sites, d_in) } };
}

/** Runs on a model and a dictionary of one's own. */
async function run(folder: string, coder: Crosscoder) {
  const own = { model: `${folder}/model`, coder: `${folder}/coder` };
  await saveModel(own.model, randomModel(gpu));
  await saveCrosscoder(own.coder, coder);
  await Deno.mkdir(`${folder}/cache`);
  const task = {
    ...{ corpus: { hash: "" }, settings, stagewise: { records: 1, heldOut: 1 }, preset: "smoke" },
    ...{ seed: 0, folder, cacheDir: `${folder}/cache`, own: { ...own, hash: await ownHash(own) } },
  } as unknown as InteractionsTask & { own: { model: string; coder: string; hash: string } };
  return await runOwn(gpu, task, data);
}

Deno.test("runOwn() holds metrics of MLPs against ablation at MLP inputs alone, whatever other sites there are", async () => {
  const sites = ["0.ln1", "1.ln2", "1.ln1"].map((name) => `blocks.${name}.hook_normalized`);
  await inFolder(async (folder) => {
    const { truth: { samples }, agreement: { coders: [{ cases }] }, quality } = await run(
      folder,
      coordinates(sites),
    );
    for (const { modes } of samples) {
      for (const mode of modes) assertEquals(mode.sites, ["blocks.1.ln2.hook_normalized"]);
    }
    assertEquals(cases.map(({ name }) => name), ["block 1", "joint"]);
    assertEquals(quality.L0, 24); // one of each two latents
    assert(quality.FVU > 0.3 && quality.FVU < 1);
  });
});

Deno.test("ownHash() is of all weights, in however many files, and of nothing else", async () => {
  await inFolder(async (folder) => {
    const own = { model: folder, coder: folder };
    const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
    await write("config.json", "{}");
    await write("pytorch_model-00001-of-00002.bin", "a");
    await write("pytorch_model-00002-of-00002.bin", "b");
    const whole = await ownHash(own);
    await write("optimizer.pt", "c");
    assertEquals(await ownHash(own), whole);
    await write("pytorch_model-00002-of-00002.bin", "c");
    assertEquals(await ownHash(own) === whole, false);
  });
});

Deno.test("ownHash() is another one for another vocabulary, which makes other texts", async () => {
  await inFolder(async (folder) => {
    for (const name of ["config.json", "model.safetensors"]) {
      await Deno.writeTextFile(`${folder}/${name}`, name);
    }
    const own = { model: folder, coder: folder }, without = await ownHash(own);
    await Deno.writeTextFile(`${folder}/vocabulary.json`, "[1]");
    const first = await ownHash(own);
    await Deno.writeTextFile(`${folder}/vocabulary.json`, "[2]");
    const second = await ownHash(own);
    await Deno.writeTextFile(`${folder}/tokenizer.json`, "{}");
    assertEquals(new Set([without, first, second, await ownHash(own)]).size, 4);
    const missing = { model: folder, coder: `${folder}/none` };
    await assertRejects(() => ownHash(missing), Error, "expected a file but found none");
  });
});

Deno.test("runOwn() refuses a dictionary of another model, though sites and widths are the same", async () => {
  await inFolder(async (folder) => {
    await assertRejects(
      () => run(folder, randomCoder()),
      RangeError,
      "Cannot measure interactions: expected a crosscoder closer to this model's activations than their mean",
    );
  });
});
