/** Language models on disk: model.safetensors, config.json and, for a compact vocabulary, vocabulary.json. @module */
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { loadVocabulary, saveVocabulary, type Vocabulary } from "../data/vocabulary.ts";
import type { Gpu } from "../gpu/device.ts";
import { readJson, writeJson } from "../io/files.ts";
import { readSafetensors, writeSafetensors } from "../io/safetensors.ts";
import { readParameters } from "../tensor/parameters.ts";
import { fromHuggingFace, toHuggingFace } from "./config.ts";
import { createGptNeo, type GptNeo } from "./gpt_neo.ts";

/** Writes a model into `folder`, which Hugging Face's GPTNeoForCausalLM loads as well. */
export async function saveGptNeo(
  folder: string,
  model: GptNeo,
  vocabulary?: Vocabulary,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeSafetensors(
    join(folder, "model.safetensors"),
    await readParameters(model.parameters),
    { format: "pt" },
  );
  if (vocabulary) await saveVocabulary(join(folder, "vocabulary.json"), vocabulary);
  await writeJson(join(folder, "config.json"), toHuggingFace(model.config));
}

/** Loads what `saveGptNeo` or Hugging Face wrote. Buffers of attention masks and a tied lm_head are passed over. */
export async function loadGptNeo(gpu: Gpu, folder: string): Promise<GptNeo> {
  const config = fromHuggingFace(await readJson(join(folder, "config.json")));
  const passedOver = (name: string) =>
    /\.attention\.(bias|masked_bias)$|^lm_head\.weight$/.test(name);
  const path = join(folder, "model.safetensors");
  const { tensors } = await readSafetensors(path, { integers: passedOver });
  for (const name of [...tensors.keys()].filter(passedOver)) tensors.delete(name);
  return createGptNeo(gpu, config, Object.fromEntries(tensors));
}

/** The vocabulary saved with a model; undefined where the model has GPT-2's own. */
export async function vocabularyOf(folder: string): Promise<Vocabulary | undefined> {
  const path = join(folder, "vocabulary.json");
  const exists = await stat(path).then(() => true, () => false);
  return exists ? await loadVocabulary(path) : undefined;
}
