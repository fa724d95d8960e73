// Which vocabulary a model's folder gives: that of vocabulary.json, of tokenizer.json, GPT-2's, or none.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { decode, EOS, gpt2Tokenizer } from "../../lib/data/tokenizers/gpt2.ts";
import { CHARACTERS } from "../../lib/data/tokenizers/byte_characters.ts";
import { pairBytes } from "../../lib/data/tokenizers/gpt2_pairs.ts";
import type { Tokenizer } from "../../lib/data/tokenizer.ts";
import {
  countIds,
  decodeCompact,
  fullVocabulary,
  makeVocabulary,
  toCompact,
  type Vocabulary,
} from "../../lib/data/vocabulary.ts";
import { vocabularyIn } from "../../lib/data/vocabulary_files.ts";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { createGptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { toHuggingFace } from "../../lib/model/architectures/gpt_neo/config.ts";
import { loadModel, saveModel, vocabularyOf } from "../../lib/model/files.ts";
import { ENDS, jsonOf, type Kind, KINDS, smallTokenizer } from "../data/tokenizers/_small.ts";
import { devices } from "../tensor/gpu_util.ts";
import { inFolder } from "../util.ts";
import { CONFIG, weightsOf, writeModel } from "./_files.ts";

const [{ gpu }] = devices;
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** What tells one vocabulary from another. */
const told = ({ tokenizer: { name, size, eos }, tokenIds, compactIds, unknown }: Vocabulary) => ({
  ...{ name, size, eos, unknown },
  ...{ tokenIds: [...tokenIds], compactIds: [...compactIds] },
});

/** A model of random weights with so many ids, in Hugging Face's files. */
async function modelOf(folder: string, d_vocab: number, more: object = {}) {
  const config = { ...CONFIG, d_vocab };
  await writeModel(folder, weightsOf(config), { ...toHuggingFace(config), ...more });
}

async function writeTokenizer(folder: string, kind: Kind, config?: object) {
  await writeJson(join(folder, "tokenizer.json"), jsonOf(kind));
  if (config) await writeJson(join(folder, "tokenizer_config.json"), config);
}

Deno.test("vocabularyOf() is all of tokenizer.json, as wide as the model, and saveModel() keeps it", () =>
  inFolder(async (folder) => {
    for (const kind of KINDS) {
      const tokenizer = smallTokenizer(kind), d_vocab = tokenizer.size + 5;
      await modelOf(folder, d_vocab);
      await writeTokenizer(folder, kind, { eos_token: { content: ENDS[kind] } });
      const vocabulary = await vocabularyOf(folder);
      assertEquals(told(vocabulary), told(fullVocabulary(tokenizer, { size: d_vocab })));
      assertEquals([vocabulary.size, vocabulary.unknown], [d_vocab, -1]);
      const to = join(folder, kind), text = "Lily saw a dog.";
      await saveModel(to, await loadModel(gpu, folder), vocabulary);
      assertEquals(names(to), [
        ...[
          "config.json",
          "model.safetensors",
          "self_test.json",
          "tokenizer.json",
          "tokenizer_config.json",
        ],
      ]);
      const again = await vocabularyOf(to), ids = toCompact(again, tokenizer.encode(text));
      assertEquals(told(again), told(vocabulary));
      assertEquals(decodeCompact(again, [...ids, d_vocab - 1]), `${text}<?>`); // padding is no token
      assertEquals((await vocabularyIn(to)).size, tokenizer.size);
      const { eos_token } = await readJson(join(to, "tokenizer_config.json"));
      assertEquals(eos_token, ENDS[kind]);
    }
  }));

Deno.test("a compact vocabulary of another tokenizer is saved with it, and with no other", () =>
  inFolder(async (folder) => {
    const tokenizer = smallTokenizer("llama");
    const counts = countIds([tokenizer.encode("Lily saw a big red dog.")], tokenizer);
    const vocabulary = makeVocabulary(counts, { size: 11, tokenizer });
    await saveModel(folder, createGptNeo(gpu, CONFIG, weightsOf(CONFIG)), vocabulary);
    assertEquals(names(folder).filter((name) => name.includes("vocab")), ["vocabulary.json"]);
    assertEquals(told(await vocabularyOf(folder)), told(vocabulary));
    assertEquals(told(await vocabularyIn(folder)), told(vocabulary));
    await writeTokenizer(folder, "unigram");
    await assertRejects(() => vocabularyOf(folder), Error, "beside tokenizer-");
    await Deno.remove(join(folder, "tokenizer.json"));
    await assertRejects(() => vocabularyOf(folder), Error, "beside none: restore the files");
    await saveModel(folder, createGptNeo(gpu, CONFIG, weightsOf(CONFIG)));
    assertEquals(names(folder), ["config.json", "model.safetensors", "self_test.json"]);
  }));

Deno.test("vocabularyOf() takes the end of a text from where it is named", () =>
  inFolder(async (folder) => {
    const eosOf = async () => (await vocabularyOf(folder)).tokenizer.eos;
    await modelOf(folder, 600, { eos_token_id: undefined });
    await writeTokenizer(folder, "llama");
    await assertRejects(eosOf, Error, "nor an eos_token_id in config.json: write");
    await modelOf(folder, 600, { eos_token_id: [1, 2] });
    assertEquals(await eosOf(), 1);
    await writeJson(join(folder, "special_tokens_map.json"), { eos_token: "</s>" });
    assertEquals(await eosOf(), 2);
    await writeTokenizer(folder, "llama", { eos_token: "<s>" });
    assertEquals(await eosOf(), 1);
    await writeTokenizer(folder, "llama", { eos_token: "<end>" });
    await assertRejects(eosOf, RangeError, 'one of 559 but found "<end>": name eos_token');
    await writeTokenizer(folder, "llama", { eos_token: 3 });
    await assertRejects(eosOf, RangeError, "expected eos_token to be a token's text but found 3");
  }));

Deno.test("vocabularyOf() refuses a tokenizer with more ids than the model, and one that it cannot read", () =>
  inFolder(async (folder) => {
    const refused = (sentence: string) =>
      assertRejects(() => vocabularyOf(folder), Error, sentence);
    await modelOf(folder, 300, { eos_token_id: 2 });
    await writeTokenizer(folder, "llama");
    await refused("expected a tokenizer of at most the model's 300 ids but found one of 559: put");
    await writeJson(join(folder, "tokenizer.json"), {
      ...jsonOf("llama"),
      normalizer: { type: "X" },
    });
    await refused("expected normalizer to be one of NFC, NFD, NFKC, NFKD, Prepend, Replace");
    await Deno.remove(join(folder, "tokenizer.json"));
    await Deno.writeTextFile(join(folder, "tokenizer.model"), "");
    await refused("found tokenizer.model alone: save the tokenizer in Python, AutoTokenizer");
  }));

/** GPT-2's tokenizer.json, but for its merges, which its table stands for. */
function gpt2Json(): Record<string, unknown> {
  const table = Array.from({ length: EOS }, (_, id) => [
    ...[Array.from(pairBytes(id)!, (byte) => CHARACTERS[byte]).join(""), id],
  ]);
  return {
    added_tokens: [{ id: EOS, content: "<|endoftext|>", special: true }],
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true },
    decoder: { type: "ByteLevel" },
    model: {
      type: "BPE",
      vocab: Object.fromEntries([...table, ["<|endoftext|>", EOS]]),
      merges: [],
    },
  };
}

Deno.test("vocabularyOf() knows GPT-2's tokenizer.json, and takes none for it that gives other ids", () =>
  inFolder(async (folder) => {
    await modelOf(folder, 50304, { eos_token_id: EOS });
    const found = async (json: object): Promise<Tokenizer> => {
      await writeJson(join(folder, "tokenizer.json"), json);
      const { tokenizer, size } = await vocabularyOf(folder);
      assertEquals(size, 50304);
      return tokenizer;
    };
    const json = gpt2Json();
    const pad = { id: 50257, content: "[PAD]", special: true };
    assertEquals(await found({ ...json, added_tokens: [pad] }), gpt2Tokenizer); // no text becomes [PAD]
    for (
      const other of [
        { ...json, added_tokens: [{ ...pad, special: false }] },
        { ...json, pre_tokenizer: { type: "ByteLevel", add_prefix_space: true } },
      ]
    ) assert((await found(other)).name.startsWith("tokenizer-"));
    assertEquals(decode([EOS]), "<|endoftext|>");
  }));
