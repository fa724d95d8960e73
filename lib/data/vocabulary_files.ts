/**
 * Vocabularies beside their models: vocabulary.json, and the files of a tokenizer that is not GPT-2's.
 *
 * @module
 */
import { expectForm, having, list, oneOf, whole } from "../io/form.ts";
import { jsonText, readJson, writeWhole } from "../io/files.ts";
import { expectPath } from "../io/regular_files.ts";
import { escaped } from "../io/show.ts";
import { EOS, gpt2Tokenizer } from "./tokenizers/gpt2.ts";
import { isFullList, type Vocabulary, vocabularyOfIds } from "./vocabulary.ts";

/** Saves a vocabulary beside its model, as vocabulary.json. */
export async function saveVocabulary(path: string, vocabulary: Vocabulary): Promise<void> {
  await writeWhole(path, vocabularyText(vocabulary));
}

/** What saveVocabulary writes. */
export function vocabularyText({ tokenIds }: Vocabulary): string {
  return jsonText({ encoding: "gpt2", gpt2_ids: [...tokenIds] });
}

const FILE = having({
  encoding: oneOf(["gpt2"]),
  gpt2_ids: list(whole(-1, EOS), { least: 2 }),
});

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
  const { gpt2_ids: ids } = expectForm(action, found, FILE, todo);
  if (isFullList(gpt2Tokenizer, ids)) return vocabularyOfIds(gpt2Tokenizer, ids, { unknown: -1 });
  const seen = new Set<number>();
  for (const id of ids) seen.has(id) ? fail("each id once", `${id} twice`) : seen.add(id);
  if (!seen.has(EOS)) fail(`the id ${EOS} of the end of a record`, `none in ${ids.length} ids`);
  if (ids.at(-1) !== -1) fail("the unknown id -1 at the end", ids.at(-1));
  return vocabularyOfIds(gpt2Tokenizer, ids, { unknown: ids.length - 1 });
}

/** A byte-level tokenizer's vocab.json, which some keep under this name. */
function isTokenTable(found: unknown): boolean {
  const values = typeof found === "object" && found !== null ? Object.values(found) : [];
  return values.length > 2 && !Array.isArray(found) && values.every((id) => Number.isInteger(id));
}
