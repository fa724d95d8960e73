import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "node:path";
import { EOS } from "../../lib/data/tokenizers/gpt2.ts";
import { countIds, fullVocabulary, makeVocabulary } from "../../lib/data/vocabulary.ts";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { EMBEDDING, LM_HEAD } from "../../lib/model/architectures/gpt_neo/names.ts";
import { type GptNeoConfig, toHuggingFace } from "../../lib/model/architectures/gpt_neo/config.ts";
import { loadModel, saveModel, vocabularyOf } from "../../lib/model/files.ts";
import { createGptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { logits } from "../../lib/model/language_model.ts";
import { runWithCache } from "../../lib/model/run_with_cache.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { createScatterIndex } from "../../lib/tensor/ops/embedding.ts";
import { readParameters } from "../../lib/tensor/parameters.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { uploadIds, zeros } from "../../lib/tensor/tensor.ts";
import { realData } from "../data/_real.ts";
import { devices } from "../tensor/gpu_util.ts";
import { assertClose, inFolder } from "../util.ts";
import { CONFIG, raw, UNTIED, weightsOf, writeModel } from "./_files.ts";

const { gpu } = devices[0];
const tied = weightsOf(CONFIG), untied = weightsOf(UNTIED);
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const refused = (folder: string, sentence: string) =>
  assertRejects(() => loadModel(gpu, folder), Error, sentence);

Deno.test("loadModel() of an untied model gives transformers' logits", async () => {
  const path = realData("faults/hf-untied/expected.json");
  if (path === undefined) return;
  const { ids, logits } = await readJson(path);
  const model = await loadModel(gpu, path.replace(/expected\.json$/, ""));
  assertEquals((model.config as GptNeoConfig).tied, false);
  const found = await runWithCache(model, ids, []).logits.read();
  assertClose(found, logits, { name: "logits", rtol: 0, atol: 1e-5 }); // worst seen: 3e-7
});

Deno.test("the gradient of a tied embedding is the sum of both of an untied one's, all others are equal", async () => {
  const gradients = async (config: GptNeoConfig, weights: typeof tied) => {
    const { parameters, ...model } = createGptNeo(gpu, config, weights);
    const ids = Uint32Array.of(1, 2, 3, 4, 3, 2, 10, 9, 1, 0), index = createScatterIndex(gpu, 10);
    index.write(ids);
    const weight = zeros(gpu, [10]);
    weight.write(new Float32Array(10).fill(1));
    const targets = uploadIds(gpu, [10], ids.toReversed());
    withGradients(gpu, Object.values(parameters.tensors), (keep) => {
      const input = uploadIds(gpu, [2, 5], ids);
      const result = crossEntropy(
        logits({ ...model, parameters }, input, { index }),
        targets,
        weight,
      );
      keep(result.loss);
      return result;
    });
    const slots = Object.entries(parameters.tensors);
    return Object.fromEntries(
      await Promise.all(slots.map(async ([name, { gradSlot }]) => [name, await gradSlot!.read()])),
    ) as Record<string, Float32Array>;
  };
  const one = await gradients(CONFIG, tied);
  const two = await gradients(UNTIED, { ...tied, [LM_HEAD]: tied[EMBEDDING] });
  const head = two[LM_HEAD];
  assert(head.some((value) => Math.abs(value) > 1e-3), "the unembedding is trained");
  two[EMBEDDING] = two[EMBEDDING].map((value, i) => value + head[i]);
  for (const [name, wanted] of Object.entries(one)) {
    assertClose(two[name], wanted, { name, rtol: 1e-5 });
  }
});

for (
  const [name, config, weights] of [["tied", CONFIG, tied], ["untied", UNTIED, untied]] as const
) {
  Deno.test(`saveModel() and loadModel() keep every bit of a ${name} model`, () =>
    inFolder(async (folder) => {
      await saveModel(folder, createGptNeo(gpu, config, weights));
      assertEquals((await readJson(join(folder, "config.json"))).tie_word_embeddings, config.tied);
      const loaded = await loadModel(gpu, folder);
      assertEquals(loaded.config, config);
      assertEquals(await readParameters(loaded.parameters), weights);
    }));
}

Deno.test("loadModel() of a tied model takes lm_head for a copy, or for the embedding, but for no other matrix", () =>
  inFolder(async (folder) => {
    const { [EMBEDDING]: embedding, ...rest } = tied;
    const { tie_word_embeddings: _, ...json } = toHuggingFace(CONFIG); // absent: tied
    for (const given of [{ ...tied, [LM_HEAD]: embedding }, { ...rest, [LM_HEAD]: embedding }]) {
      await writeModel(folder, given, json);
      assertEquals(await readParameters((await loadModel(gpu, folder)).parameters), tied);
    }
    const other = { ...embedding, data: embedding.data.with(9, 7) };
    await writeModel(folder, { ...tied, [LM_HEAD]: other }, json);
    await refused(
      folder,
      `found 7 and ${embedding.data[9]} at [1, 1]: set it to false in config.json`,
    );
    await writeModel(
      folder,
      { ...tied, [LM_HEAD]: { shape: [8, 11], data: embedding.data } },
      json,
    );
    await refused(folder, "found shapes [8,11] and [11,8]");
    await writeModel(folder, rest, json);
    await refused(folder, "transformer.wte.weight [11,8] is missing");
    await writeModel(folder, tied, toHuggingFace(UNTIED));
    await refused(folder, "lm_head.weight [11,8] is missing");
  }));

const NAME = "transformer.h.1.attn.attention.bias";
const mask = (window: number) =>
  Uint8Array.from({ length: 36 }, (_, at) => {
    const i = Math.floor(at / 6), j = at % 6;
    return j <= i && j > i - window ? 1 : 0;
  });

Deno.test("loadModel() takes the attention buffers of older checkpoints, which are its own masks", () =>
  inFolder(async (folder) => {
    for (const penalty of [-1e9, -Infinity]) {
      for (const dtype of ["BOOL", "U8"]) {
        await writeModel(folder, {
          ...tied,
          "transformer.h.0.attn.attention.bias": raw(dtype, [1, 1, 6, 6], mask(6)),
          [NAME]: raw(dtype, [1, 1, 6, 6], mask(3)),
          "transformer.h.0.attn.attention.masked_bias": raw("F32", [], Float32Array.of(penalty)),
        });
        assertEquals(await readParameters((await loadModel(gpu, folder)).parameters), tied);
      }
    }
  }));

const BUFFERS: [string, string, ReturnType<typeof raw>, string][] = [
  ["another window", NAME, raw("BOOL", [1, 1, 6, 6], mask(4)), "causal mask of window 3 in"],
  ["a global mask", NAME, raw("U8", [1, 1, 6, 6], mask(6)), "but found 1 at [0, 0, 3, 0]"],
  [
    "a mask that sees ahead",
    NAME,
    raw("BOOL", [1, 1, 6, 6], mask(3).with(1, 1)),
    "1 at [0, 0, 0, 1]",
  ],
  [
    "a mask of another length",
    NAME,
    raw("BOOL", [1, 1, 4, 4], mask(3).slice(0, 16)),
    "mask [1,1,6,6]",
  ],
  [
    "a mask of a block too many",
    NAME.replace("1", "2"),
    raw("U8", [1, 1, 6, 6], mask(6)),
    "is unknown",
  ],
  [
    "a small penalty",
    NAME.replace(".bias", ".masked_bias"),
    raw("F32", [], Float32Array.of(-5)),
    "found -5",
  ],
  [
    "a penalty for each key",
    NAME.replace(".bias", ".masked_bias"),
    raw("F32", [2], Float32Array.of(-1e9, 0)),
    "shape [2]",
  ],
];
for (const [name, tensor, value, sentence] of BUFFERS) {
  Deno.test(`loadModel() refuses ${name}`, () =>
    inFolder(async (folder) => {
      await writeModel(folder, { ...tied, [tensor]: value });
      await refused(folder, sentence);
    }));
}

Deno.test("loadModel() and createGptNeo() refuse weights that are no numbers, by name and place", () =>
  inFolder(async (folder) => {
    const name = "transformer.h.0.mlp.c_fc.weight", { shape, data } = tied[name];
    for (const value of [NaN, Infinity, -Infinity]) {
      const bad = { ...tied, [name]: { shape, data: data.with(11, value) } };
      const sentence = `expected finite values but found ${name} with ${value} at [1, 3]`;
      await writeModel(folder, bad);
      await refused(folder, `Cannot load model ${folder}: ${sentence}`);
      assertThrows(() => createGptNeo(gpu, CONFIG, bad), RangeError, sentence);
    }
    const model = createGptNeo(gpu, CONFIG, tied);
    model.parameters.tensors[name].write(data.with(11, NaN));
    await assertRejects(() => saveModel(join(folder, "new"), model), Error, `${name} with NaN`);
    assertEquals(names(folder).includes("new"), false);
  }));

Deno.test("createGptNeo() refuses other shapes, names, types and configurations", () => {
  const { [EMBEDDING]: embedding, ...rest } = tied;
  const wrong = (weights: unknown, sentence: string, config: unknown = CONFIG) =>
    assertThrows(
      () => createGptNeo(gpu, config as GptNeoConfig, weights as typeof tied),
      Error,
      sentence,
    );
  wrong(rest, "transformer.wte.weight [11,8] is missing");
  wrong({ ...tied, [LM_HEAD]: embedding }, "lm_head.weight is unknown");
  wrong({ ...tied, [EMBEDDING]: { ...embedding, shape: [8, 11] } }, "has shape [8,11] instead of");
  wrong({ ...tied, [EMBEDDING]: { ...embedding, shape: [11, 9] } }, "that fills the shape");
  wrong(
    { ...tied, [EMBEDDING]: [...embedding.data] },
    "expected transformer.wte.weight to be { shape",
  );
  wrong(undefined, "is missing");
  wrong(tied, "lm_head.weight [11,8] is missing", UNTIED);
  wrong(tied, "window to be a whole number from 1", { ...CONFIG, window: 0 });
  wrong(tied, 'found "d_head": did you mean', { ...CONFIG, d_head: 4 });
});

const FOLDERS: [string, string[], string][] = [
  ["an empty folder", [], "found nothing in it"],
  ["no weights", ["config.json"], "but found config.json: name the folder"],
  ["no configuration", ["model.safetensors"], "but found model.safetensors: name the folder"],
  [
    "shards without their index",
    ["config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"],
    "several files without their index (model-00001-of-00002.safetensors, model-00002-of-00002",
  ],
  [
    "pickled shards without theirs",
    ["config.json", "pytorch_model-00001-of-00002.bin"],
    "without their index (pytorch_model-00001-of-00002.bin): fetch the index",
  ],
  ["TensorFlow's weights", ["config.json", "tf_model.h5"], "AutoModelForCausalLM.from_pretrained"],
  [
    "an adapter",
    ["config.json", "model.safetensors", "adapter_config.json"],
    "this one as its adapter",
  ],
];
for (const [name, files, sentence] of FOLDERS) {
  Deno.test(`loadModel() and vocabularyOf() say what lies in a folder with ${name}`, () =>
    inFolder(async (folder) => {
      for (const file of files) await Deno.writeTextFile(join(folder, file), "{}");
      for (const use of [() => loadModel(gpu, folder), () => vocabularyOf(folder)]) {
        const error = await assertRejects(use, Error, "a folder with config.json and model.safe");
        assertStringIncludes(error.message, sentence);
      }
    }));
}

Deno.test("loadModel() tells a name on the hub, a wrong path and a file apart", () =>
  inFolder(async (folder) => {
    await refused("roneneldan/TinyStories-33M", "fetch hf:roneneldan/TinyStories-33M");
    await refused(join(folder, "none"), "but found none there: check the path");
    await writeModel(folder, tied);
    await refused(join(folder, "config.json"), "found a file: name the folder that it lies in");
    await refused(join(folder, "config.json", "a"), "but found none there");
    await refused("a\0b", "check the path");
    for (const path of ["", undefined, 3]) await refused(path as string, "name a folder");
  }));

Deno.test("loadModel() names the prefix that wrappers left, and the model that has none", () =>
  inFolder(async (folder) => {
    const renamed = (change: (name: string) => string) =>
      Object.fromEntries(Object.entries(tied).map(([name, array]) => [change(name), array]));
    for (const prefix of ["module.", "_orig_mod.", "base_model.model."]) {
      await writeModel(folder, renamed((name) => prefix + name));
      const count = Object.keys(tied).length;
      await refused(folder, `${count} of ${count} names with the prefix ${prefix}: save the model`);
    }
    await writeModel(folder, { ...tied, [`module.${EMBEDDING}`]: tied[EMBEDDING] });
    await refused(folder, "1 of 31 names with the prefix module.");
    await writeModel(folder, renamed((name) => name.slice("transformer.".length)));
    await refused(folder, "wte.weight, a GPTNeoModel's without the language model around it");
  }));

const vocabulary = makeVocabulary(countIds([[5, 7, 9, 11, 13, 15, 17, 19, 21]]), { size: 11 });

Deno.test("saveModel() leaves no vocabulary of an earlier model beside the new weights", () =>
  inFolder(async (folder) => {
    const model = createGptNeo(gpu, CONFIG, tied);
    await saveModel(folder, model, vocabulary);
    assertEquals(await vocabularyOf(folder), vocabulary);
    await saveModel(folder, model);
    assertEquals(names(folder), ["config.json", "model.safetensors", "self_test.json"]);
    const error = RangeError;
    const save = () => saveModel(folder, model, fullVocabulary());
    await assertRejects(save, error, "a vocabulary of the model's 11 ids but found one of 50257");
  }));

Deno.test("vocabularyOf() refuses a vocabulary that is not the model's", () =>
  inFolder(async (folder) => {
    const refusedVocabulary = (sentence: string) =>
      assertRejects(() => vocabularyOf(folder), Error, sentence);
    await writeModel(folder, tied);
    await refusedVocabulary(
      "of at most the model's 11 ids but found no tokenizer.json and no vocab",
    );
    await writeJson(join(folder, "vocabulary.json"), { encoding: "gpt2", gpt2_ids: [5, EOS, -1] });
    await refusedVocabulary("a vocabulary of the model's 11 ids but found one of 3");
    await writeJson(join(folder, "vocabulary.json"), { "!": 0, '"': 1, "#": 2 });
    await refusedVocabulary("found a tokenizer's table of texts");
    await Deno.remove(join(folder, "vocabulary.json"));
    const big = { ...toHuggingFace(CONFIG), vocab_size: 50257 };
    await writeModel(folder, tied, big);
    assertEquals(await vocabularyOf(folder), fullVocabulary());
    await writeJson(join(folder, "vocab.json"), { "!": 0, '"': 3 });
    await refusedVocabulary("in place of 1: save the tokenizer in Python");
    await Deno.remove(join(folder, "vocab.json"));
    await writeJson(join(folder, "tokenizer.json"), { model: { vocab: { "!": 1 } } });
    await refusedVocabulary("expected tokenizer_config.json to name the token at the end");
  }));
