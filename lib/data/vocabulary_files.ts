/**
 * Vocabularies beside their models: vocabulary.json, and the files of a tokenizer that is not GPT-2's.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { expectForm, having, list, text, whole } from "../io/form.ts";
import { exists, jsonText, readJson, writeWhole } from "../io/files.ts";
import { expectPath } from "../io/regular_files.ts";
import { escaped } from "../io/show.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { tokenizerIn } from "./tokenizers/folder.ts";
import { gpt2Tokenizer } from "./tokenizers/gpt2.ts";
import { fullVocabulary, isFullList, type Vocabulary, vocabularyOfIds } from "./vocabulary.ts";

/** All files of tokenizers that are not GPT-2's. */
const TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json"];

/** Saves a vocabulary as vocabulary.json, and beside it a tokenizer that is not GPT-2's. */
export async function saveVocabulary(path: string, vocabulary: Vocabulary): Promise<void> {
  for (const [name, content] of Object.entries(vocabulary.tokenizer.files ?? {})) {
    await writeWhole(join(dirname(path), name), content);
  }
  await writeWhole(path, vocabularyText(vocabulary));
}

/**
 * The files that stand for a vocabulary beside its model, undefined for those that must not be there.
 * All of a tokenizer that is not GPT-2's needs none but the tokenizer's.
 */
export function vocabularyFiles(vocabulary?: Vocabulary): [string, string | undefined][] {
  const files = vocabulary?.tokenizer.files;
  const itself = vocabulary && !(files && vocabulary.unknown === -1);
  return [
    ["vocabulary.json", itself ? vocabularyText(vocabulary) : undefined],
    ...TOKENIZER_FILES.map((name): [string, string | undefined] => [name, files?.[name]]),
  ];
}

function vocabularyText({ tokenizer, tokenIds }: Vocabulary): string {
  const ids = [...tokenIds];
  return jsonText(
    tokenizer.files
      ? { encoding: tokenizer.name, token_ids: ids }
      : { encoding: "gpt2", gpt2_ids: ids },
  );
}

/**
 * The vocabulary in a folder, with or without a model beside it: vocabulary.json, or all of the
 * tokenizer that lies there.
 */
export async function vocabularyIn(folder: string): Promise<Vocabulary> {
  const path = join(folder, "vocabulary.json");
  if (await exists(path)) return await loadVocabulary(path);
  const tokenizer = await tokenizerIn(`find a vocabulary in ${escaped(folder)}`, folder);
  return tokenizer ? fullVocabulary(tokenizer) : await loadVocabulary(path);
}

const FILE = having({ encoding: text });

/** Loads a vocabulary. Throws on anything that saveVocabulary would not have written. */
export async function loadVocabulary(path: string): Promise<Vocabulary> {
  expectPath("load a vocabulary", path);
  const action = `load vocabulary ${escaped(path)}`;
  const todo = "restore the file that was saved with the model";
  const fail = (expected: string, found: unknown): never => {
    throw new Error(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  const found: unknown = await readJson(path);
  if (isTokenTable(found)) {
    fail("gpt2_ids, the ids of a compact vocabulary,", "a tokenizer's table of texts");
  }
  const { encoding } = expectForm(action, found, FILE, todo);
  const tokenizer = await tokenizerNamed(action, encoding, path);
  const { eos, size } = tokenizer, field = tokenizer.files ? "token_ids" : "gpt2_ids";
  const form = having({ [field]: list(whole(-1, size - 1), { least: 2 }) });
  const ids = expectForm(action, found, form, todo)[field];
  if (isFullList(tokenizer, ids)) return vocabularyOfIds(tokenizer, ids, { unknown: -1 });
  const seen = new Set<number>();
  for (const id of ids) seen.has(id) ? fail("each id once", `${id} twice`) : seen.add(id);
  if (!seen.has(eos)) fail(`the id ${eos} of the end of a record`, `none in ${ids.length} ids`);
  if (ids.at(-1) !== -1) fail("the unknown id -1 at the end", ids.at(-1));
  return vocabularyOfIds(tokenizer, ids, { unknown: ids.length - 1 });
}

async function tokenizerNamed(action: string, name: string, path: string): Promise<Tokenizer> {
  if (name === "gpt2") return gpt2Tokenizer;
  const found = await tokenizerIn(action, dirname(path));
  if (found?.name === name) return found;
  throw new Error(
    `Cannot ${action}: expected encoding to be one of "gpt2" and the tokenizer beside it but found ` +
      `${JSON.stringify(escaped(name))} beside ${
        found ? found.name : "none"
      }: restore the files that ` +
      "were saved with the model",
  );
}

/** A byte-level tokenizer's vocab.json, which some keep under this name. */
function isTokenTable(found: unknown): boolean {
  const values = typeof found === "object" && found !== null ? Object.values(found) : [];
  return values.length > 2 && !Array.isArray(found) && values.every((id) => Number.isInteger(id));
}
