/**
 * Language models on disk: weights, config.json and what their texts are told by, vocabulary.json or
 * tokenizer.json.
 * @module
 */
import { join } from "node:path";
import { tokenizerIn } from "../data/tokenizers/folder.ts";
import { GPT2_SIZE, gpt2Tokenizer } from "../data/tokenizers/gpt2.ts";
import { fullVocabulary, type Vocabulary } from "../data/vocabulary.ts";
import { loadVocabulary, vocabularyFiles } from "../data/vocabulary_files.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { expectArrays } from "../io/expect_arrays.ts";
import { replaceFiles } from "../io/file_set.ts";
import { exactly, expectForm, maybe, text } from "../io/form.ts";
import { jsonText, readJson } from "../io/files.ts";
import { safetensorsPieces } from "../io/encode_safetensors.ts";
import { escaped } from "../io/show.ts";
import { readTensorFiles } from "../io/tensor_files.ts";
import { readParameters } from "../tensor/parameters.ts";
import type { Architecture, ModelConfig } from "./architecture.ts";
import { configFromJson, configToJson } from "./config_file.ts";
import { createModel, type LanguageModel } from "./language_model.ts";
import { mergedWeights } from "./lora/merged_weights.ts";
import { findModel, type ModelFolder } from "./model_folder.ts";
import { processModel } from "./processing/model.ts";
import { PROCESSING, type Processing } from "./processing/options.ts";
import { makeSelfTest, SELF_TEST } from "./self_test.ts";

/**
 * Writes a model into `folder`, where Hugging Face's class of its architecture loads it as well. A
 * vocabulary and a tokenizer.json that an earlier model left there are replaced or, without a new
 * one, deleted. What the model gives for a few prompts is written as well, for checkModel. Throws on
 * weights that are no numbers, and on a vocabulary that is not the model's.
 */
export async function saveModel(
  folder: string,
  model: LanguageModel,
  vocabulary?: Vocabulary,
): Promise<void> {
  const action = `save model ${escaped(String(folder))}`;
  const { architecture, config } = model, { d_vocab } = architecture.check(action, config);
  if (vocabulary && vocabulary.size !== d_vocab) throw wrongSize(action, d_vocab, vocabulary);
  const selfTest = await makeSelfTest(model, vocabulary);
  const arrays = await readParameters(model.parameters);
  expectArrays(action, arrays, architecture.shapes(config));
  const tensors = new Map(Object.entries(arrays));
  architecture.files.putBack?.(tensors, config);
  await replaceFiles(folder, [
    ["model.safetensors", safetensorsPieces(Object.fromEntries(tensors), { format: "pt" })],
    ...vocabularyFiles(vocabulary),
    [SELF_TEST, selfTest && jsonText(selfTest)],
    ["config.json", jsonText(configToJson(architecture, config))],
  ]);
}

/**
 * What is done to a model's weights once they are read: `adapter` is a folder of PEFT's adapters,
 * which are merged into them; then they are processed.
 */
export type LoadOptions = { adapter?: string; process?: Processing };

const LOAD = exactly({ adapter: maybe(text), process: maybe(PROCESSING) });

/**
 * Loads what `saveModel` or Hugging Face wrote into a folder, or what lies on the hub as
 * `hf:OWNER/NAME[@revision][:folder]`; with `process`, the model has other weights than its
 * file, and but for a constant in the logits of a position the same function. Throws as
 * `loadAdapters` does where there is an adapter, and on a folder that holds no such model, on a
 * configuration whose function is not computed here, on tensors that are missing, unknown,
 * misshapen or no numbers, on attention buffers that are not the configuration's masks, and on a
 * second unembedding in a tied model.
 */
export async function loadModel(
  gpu: Gpu,
  folder: string,
  options: LoadOptions = {},
): Promise<LanguageModel> {
  const action = `load model ${escaped(String(folder))}`;
  const { adapter, process } = expectForm(action, options, LOAD, "name a folder, steps or nothing");
  const found = await findModel(action, folder);
  const { architecture, config } = await readConfig(found);
  const { integers, checkNames, takeOut } = architecture.files;
  const tensors = await readTensorFiles(action, found.folder, found.names, {
    integers,
    inspect: (header) => checkNames?.(action, header.keys(), config),
  });
  takeOut?.(action, tensors, config);
  const read = Object.fromEntries(tensors), model = { gpu, architecture, config };
  const weights = adapter === undefined ? read : await mergedWeights(model, read, adapter);
  const parts = { config, weights };
  const made = process ? processModel(action, architecture, { ...parts, process }) : parts;
  return createModel(gpu, architecture, made.config, made.weights, { action });
}

/**
 * The vocabulary of a model: the one saved with it, or all of the tokenizer that lies beside it, with
 * as many ids as the model has; GPT-2's where none lies there and the model has as many. Throws where
 * the tokenizer has more ids than the model, where it is not computed here, and where there is none.
 */
export async function vocabularyOf(folder: string): Promise<Vocabulary> {
  const { vocabulary, action, d_vocab } = await lookForVocabulary(folder);
  if (vocabulary !== undefined) return vocabulary;
  throw noVocabulary(action, d_vocab, "no tokenizer.json and no vocabulary.json");
}

/** The same, but undefined where none lies beside the model. Throws otherwise as `vocabularyOf` does. */
export async function vocabularyIn(folder: string): Promise<Vocabulary | undefined> {
  return (await lookForVocabulary(folder)).vocabulary;
}

async function lookForVocabulary(
  folder: string,
): Promise<{ action: string; d_vocab: number; vocabulary?: Vocabulary }> {
  const action = `find the vocabulary of ${escaped(String(folder))}`;
  const found = await findModel(action, folder);
  const { config: { d_vocab } } = await readConfig(found);
  if (found.names.has("vocabulary.json")) {
    const vocabulary = await loadVocabulary(join(found.folder, "vocabulary.json"));
    if (vocabulary.size !== d_vocab) throw wrongSize(action, d_vocab, vocabulary);
    return { action, d_vocab, vocabulary };
  }
  const tokenizer = await tokenizerIn(action, found.folder) ??
    (d_vocab >= GPT2_SIZE ? gpt2Tokenizer : undefined);
  if (tokenizer === undefined) return { action, d_vocab };
  if (tokenizer.size > d_vocab) throw noVocabulary(action, d_vocab, `one of ${tokenizer.size}`);
  return { action, d_vocab, vocabulary: fullVocabulary(tokenizer, { size: d_vocab }) };
}

function noVocabulary(action: string, d_vocab: number, found: string): Error {
  return new Error(
    `Cannot ${action}: expected a tokenizer of at most the model's ${d_vocab} ids but found ${found}: ` +
      "put the tokenizer beside the model that it was trained with, or give ids to the model yourself",
  );
}

/** Architecture and configuration of the model in a folder. Throws as `loadModel` does. */
export async function readModelConfig(
  folder: string,
): Promise<{ architecture: Architecture; config: ModelConfig }> {
  return await readConfig(await findModel(`load model ${escaped(String(folder))}`, folder));
}

async function readConfig({ config: file }: ModelFolder) {
  const json = await readJson(file);
  return configFromJson(`load model configuration ${escaped(file)}`, json, { file });
}

function wrongSize(action: string, d_vocab: number, { size }: Vocabulary): Error {
  return new RangeError(
    `Cannot ${
      escaped(action)
    }: expected a vocabulary of the model's ${d_vocab} ids but found one ` +
      `of ${size}: take model and vocabulary of one training`,
  );
}
