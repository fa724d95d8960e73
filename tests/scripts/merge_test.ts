// deno task merge: in this process, and as users run it, with the permissions of deno.json and a hub on this machine.
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { loadModel, saveModel, vocabularyOf } from "../../lib/model/files.ts";
import type { LanguageModel } from "../../lib/model/language_model.ts";
import { logits } from "../../lib/model/language_model.ts";
import { adaptersByName, createAdapters } from "../../lib/model/lora/adapters.ts";
import { saveAdapters } from "../../lib/model/lora/files.ts";
import { LORA } from "../../lib/model/lora/settings.ts";
import { stream } from "../../lib/numerics/random.ts";
import { uploadIds } from "../../lib/tensor/tensor.ts";
import { countIds, makeVocabulary } from "../../lib/data/vocabulary.ts";
import { merge } from "../../scripts/merge.ts";
import { COMMIT, hubServer, type Repo } from "../io/hub/server.ts";
import { tinyModel } from "../model/tiny_model.ts";
import { devices } from "../tensor/gpu_util.ts";
import { assertClose, inFolder, random } from "../util.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
const [{ gpu }] = devices;
const vocabulary = makeVocabulary(countIds([Array.from({ length: 20 }, (_, i) => 2 * i + 5)]), {
  size: 20,
});

/** A model and adapters in <folder>/model and <folder>/adapters, and what they give together. */
async function made(folder: string, base: string): Promise<Float32Array> {
  const model = tinyModel(gpu),
    adapters = createAdapters(model, { ...LORA, r: 3 }, stream(0, "lora"));
  Object.values(adapters.parameters.tensors).forEach((tensor, i) => {
    tensor.write(random(i, tensor.shape[0] * tensor.shape[1]));
  });
  await saveModel(join(folder, "model"), model, vocabulary);
  await saveAdapters(join(folder, "adapters"), adapters, { base });
  return await read(model, { adapters: adaptersByName(adapters) });
}

async function read(model: LanguageModel, options = {}): Promise<Float32Array> {
  using ids = uploadIds(gpu, [2, 5], [1, 7, 3, 19, 0, 4, 4, 2, 11, 6]);
  return await logits(model, ids, options).read();
}

Deno.test("merge writes a model that gives without adapters what they give with theirs", async () => {
  await inFolder(async (folder) => {
    const [model, adapters, out] = ["model", "adapters", "out"].map((name) => join(folder, name));
    const expected = await made(folder, model);
    assertEquals(await merge([adapters, "--out", out]), 0);
    const merged = await loadModel(gpu, out);
    assertClose(await read(merged), expected, { name: "logits", rtol: 1e-4, atol: 1e-5 });
    assertNotEquals(await read(await loadModel(gpu, model)), await read(merged));
    assertEquals((await vocabularyOf(out)).size, 20);
    const again = () => merge([adapters, "--out", out]);
    await assertRejects(again, Error, "to be a new folder but found");
    await assertRejects(
      () => merge([model, "--out", `${out}2`]),
      Error,
      "found no adapter_config.json",
    );
    await assertRejects(() => merge(["--out", `${out}2`]), Error, "ADAPTERS");
  });
});

Deno.test("merge needs no tokenizer beside the model, and says that there is none", async () => {
  await inFolder(async (folder) => {
    const [model, adapters, out] = ["model", "adapters", "out"].map((name) => join(folder, name));
    const expected = await made(folder, model);
    await Deno.remove(join(model, "vocabulary.json"));
    const said: string[] = [], { error } = console;
    console.error = (text) => said.push(text);
    try {
      assertEquals(await merge([adapters, "--out", out]), 0);
    } finally {
      console.error = error;
    }
    assertEquals(said.filter((text) => text.includes("tokenizer")), [
      `${model} has no tokenizer beside it, so ${out} has none either: put the one that the model ` +
      "was trained with there before it reads texts",
    ]);
    const merged = await read(await loadModel(gpu, out));
    assertClose(merged, expected, { name: "logits", rtol: 1e-4, atol: 1e-5 });
    await assertRejects(() => vocabularyOf(out), Error, "no tokenizer.json and no vocabulary.json");
  });
});

/** The files of a folder as a repository has them. */
async function repo(name: string, folder: string): Promise<Repo> {
  const files: Repo["commits"][string] = {};
  for await (const { name: file } of Deno.readDir(folder)) {
    files[file] = { bytes: await Deno.readFile(join(folder, file)) };
  }
  return { kind: "model", name, refs: { main: COMMIT }, commits: { [COMMIT]: files } };
}

Deno.test("deno task merge brings adapters of the hub, and the model that they name", async () => {
  await inFolder(async (folder) => {
    const expected = await made(folder, "owner/tiny");
    await using hub = hubServer([
      await repo("owner/tiny", join(folder, "model")),
      await repo("owner/tuned", join(folder, "adapters")),
    ]);
    const [, ...words] = tasks.merge.command.replace(/^.*? deno /, "deno ").split(" ");
    const out = join(folder, "out");
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...words, "hf:owner/tuned", "--out", out],
      cwd: ROOT,
      env: { NO_COLOR: "1", HF_HOME: join(folder, "hf"), HF_ENDPOINT: hub.endpoint, HF_TOKEN: "" },
    }).output();
    const [said, told] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert(code === 0, told);
    assertStringIncludes(said, `hf:owner/tiny@${COMMIT} with hf:owner/tuned@${COMMIT} (rank 3): `);
    const merged = await read(await loadModel(gpu, out));
    assertClose(merged, expected, { name: "logits", rtol: 1e-4, atol: 1e-5 });
  });
});
