// Folders of models as the hub and transformers leave them, in every form that is read.
import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { writeJson } from "../../lib/io/files.ts";
import { toHuggingFace } from "../../lib/model/architectures/gpt_neo/config.ts";
import { loadModel } from "../../lib/model/files.ts";
import { findModel } from "../../lib/model/model_folder.ts";
import { readParameters } from "../../lib/tensor/parameters.ts";
import { devices } from "../tensor/gpu_util.ts";
import { inFolder } from "../util.ts";
import { CONFIG, raw, weightsOf, writeModel } from "./_files.ts";

const { gpu } = devices[0];
const weights = weightsOf(CONFIG);

Deno.test("loadModel() reads a model of several files as the model of one", () =>
  inFolder(async (folder) => {
    const names = Object.keys(weights), weight_map: Record<string, string> = {};
    for (const part of [0, 1]) {
      const file = `model-0000${part + 1}-of-00002.safetensors`;
      const own = names.filter((_, i) => i % 2 === part);
      for (const name of own) weight_map[name] = file;
      await writeModel(folder, Object.fromEntries(own.map((name) => [name, weights[name]])));
      await Deno.rename(join(folder, "model.safetensors"), join(folder, file));
    }
    await writeJson(join(folder, "model.safetensors.index.json"), { metadata: {}, weight_map });
    assertEquals(await readParameters((await loadModel(gpu, folder)).parameters), weights);
  }));

Deno.test("loadModel() reads pytorch_model.bin, with masks and a tied matrix under two names", async () => {
  const fixture = fromFileUrl(new URL("../fixtures/torch/model", import.meta.url));
  await inFolder(async (folder) => {
    await Deno.copyFile(join(fixture, "pytorch_model.bin"), join(folder, "pytorch_model.bin"));
    await writeJson(join(folder, "config.json"), toHuggingFace(CONFIG));
    const { parameters } = await loadModel(gpu, folder);
    const read = await readParameters(parameters);
    for (const [name, { shape }] of Object.entries(weights)) {
      assertEquals(read[name].shape, shape);
      assertEquals(read[name].data[0], name.length / 64, name); // as the script fills it
    }
  });
});

Deno.test("findModel() opens the snapshot of a hub's cache, the one of refs/main among several", () =>
  inFolder(async (folder) => {
    const [one, two] = ["a".repeat(40), "b".repeat(40)];
    await Deno.mkdir(join(folder, "refs"));
    const add = async (commit: string) => {
      await Deno.mkdir(join(folder, "snapshots", commit), { recursive: true });
      await writeModel(join(folder, "snapshots", commit), weights);
    };
    await add(one);
    const found = async () => (await findModel("look", folder)).folder;
    assertEquals(await found(), join(folder, "snapshots", one));
    await add(two);
    await assertRejects(found, Error, "with 2 snapshots and none as refs/main: name one");
    await Deno.writeTextFile(join(folder, "refs", "main"), "../..");
    await assertRejects(found, Error, "none as refs/main");
    await Deno.writeTextFile(join(folder, "refs", "main"), `${two}\n`);
    assertEquals(await found(), join(folder, "snapshots", two));
    assertEquals(await readParameters((await loadModel(gpu, folder)).parameters), weights);
  }));

Deno.test("loadModel() of half precision gives the values of the file, exactly", () =>
  inFolder(async (folder) => {
    const halves = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [
        name,
        raw("F16", shape, Float16Array.from(data)),
      ]),
    );
    await writeModel(folder, halves);
    const read = await readParameters((await loadModel(gpu, folder)).parameters);
    for (const [name, { data }] of Object.entries(weights)) {
      assertEquals(read[name].data, Float32Array.from(Float16Array.from(data)));
    }
  }));

for (const file of ["model.safetensors", "pytorch_model.bin"]) {
  Deno.test(`loadModel() knows a pointer of Git LFS in the place of ${file}`, () =>
    inFolder(async (folder) => {
      await writeJson(join(folder, "config.json"), toHuggingFace(CONFIG));
      const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0a\nsize 9\n";
      await Deno.writeTextFile(join(folder, file), pointer);
      await assertRejects(() => loadModel(gpu, folder), Error, "run git lfs pull in the folder");
    }));
}
