// Models and crosscoders by their names on the hub, from a hub on this machine.
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { type File, hubServer, model as repository } from "./server.ts";
import { openGpu } from "../../../lib/gpu/mod.ts";
import { loadModel, saveModel, vocabularyOf } from "../../../lib/model/mod.ts";
import { readParameters } from "../../../lib/tensor/parameters.ts";
import { tinyModel } from "../../model/tiny_model.ts";

Deno.test("loadModel() and vocabularyOf() take a model's name on the hub, or a folder in it", async () => {
  using gpu = await openGpu();
  const folder = await Deno.makeTempDir(), own = tinyModel(gpu);
  await saveModel(folder, own);
  const files: Record<string, File> = {};
  for await (const { name } of Deno.readDir(folder)) {
    files[`inner/${name}`] = {
      bytes: await Deno.readFile(join(folder, name)),
      large: /safe/.test(name),
    };
  }
  await using server = hubServer([repository(files)]);
  Deno.env.set("HF_ENDPOINT", server.endpoint);
  Deno.env.set("HF_HUB_CACHE", await Deno.makeTempDir());
  const found = await loadModel(gpu, "hf:owner/tiny:inner");
  assertEquals(await readParameters(found.parameters), await readParameters(own.parameters));
  await assertRejects(() => vocabularyOf("hf:owner/tiny:inner"), Error, "found no tokenizer.json");
  await assertRejects(() => loadModel(gpu, "hf:owner/none"), Error, "Cannot fetch hf:owner/none");
});
