/**
 * The tokenizer that lies beside a model: tokenizer.json, or GPT-2's tables.
 *
 * @module
 */
import { join } from "node:path";
import { expectForm, having, list, maybe, orNull, where, whole } from "../../io/form.ts";
import { exists, readJson } from "../../io/files.ts";
import { escaped } from "../../io/show.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { GPT2_SIZE, gpt2Tokenizer } from "./gpt2.ts";
import { unlikeGpt2 } from "./gpt2_table.ts";
import { huggingFaceTokenizer } from "./hugging_face.ts";

/** Files of a tokenizer that are not read, since tokenizer.json holds all that they do. */
const OTHERS = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "vocab.txt"];

const CONFIG = "tokenizer_config.json", SPECIAL = "special_tokens_map.json";

/**
 * The tokenizer in a folder; undefined where none lies there. The token between records is the one
 * that tokenizer_config.json, special_tokens_map.json or config.json names as the end of a text.
 * Throws where the tokenizer is not computed here, is no tokenizer.json, or has no such token.
 */
export async function tokenizerIn(action: string, folder: string): Promise<Tokenizer | undefined> {
  const at = (name: string) => join(folder, name);
  if (await exists(at("tokenizer.json"))) {
    const path = at("tokenizer.json"), json = await readJson(path);
    if (isGpt2(action, json)) return gpt2Tokenizer;
    const eos = await endOfText(action, folder);
    if (eos !== undefined) return huggingFaceTokenizer(json, { eos, path });
    throw new Error(
      `Cannot ${action}: expected ${CONFIG} to name the token at the end of a text but found none, ` +
        `nor an eos_token_id in config.json: write {"eos_token": "..."} into ${CONFIG}`,
    );
  }
  if (await exists(at("vocab.json"))) {
    const fault = unlikeGpt2(action, await readJson(at("vocab.json")));
    if (fault === undefined) return gpt2Tokenizer;
    throw noTokenizer(action, `vocab.json of ${fault}`);
  }
  for (const name of OTHERS) if (await exists(at(name))) throw noTokenizer(action, `${name} alone`);
}

function noTokenizer(action: string, found: string): Error {
  return new Error(
    `Cannot ${escaped(action)}: expected tokenizer.json, or GPT-2's own ${GPT2_SIZE} tokens, but ` +
      `found ${found}: save the tokenizer in Python, AutoTokenizer.from_pretrained(folder)` +
      ".save_pretrained(folder)",
  );
}

const FILE = having({
  model: having({}),
  added_tokens: maybe(orNull(list(having({ id: whole() })))),
});

/**
 * Whether a tokenizer.json gives GPT-2's ids: its table, its pattern, and no added token that a text
 * could become.
 */
function isGpt2(action: string, json: unknown): boolean {
  expectForm(action, json, FILE, "restore tokenizer.json");
  // deno-lint-ignore no-explicit-any -- looked through field by field
  const { model, normalizer, pre_tokenizer: split, added_tokens } = json as any;
  if (Array.isArray(model.vocab) || typeof model.vocab !== "object" || model.vocab === null) {
    return false;
  }
  if (normalizer || split?.type !== "ByteLevel" || split.add_prefix_space) return false;
  if (split.use_regex === false || Object.keys(model.vocab).length < GPT2_SIZE - 1) return false;
  const added: { id: number; content: string; special?: boolean }[] = added_tokens ?? [];
  if (added.some(({ id, special }) => id >= GPT2_SIZE && special !== true)) return false;
  const own = added.filter(({ id }) => id < GPT2_SIZE).map(({ content, id }) => [content, id]);
  return unlikeGpt2(action, { ...model.vocab, ...Object.fromEntries(own) }) === undefined;
}

const NAMED = having({
  eos_token: maybe(where<string | { content: string } | null>(
    "a token's text",
    (x) =>
      x === null || typeof (x as { content: string })?.content === "string" ||
      typeof x === "string",
  )),
});

const NUMBERED = having({
  eos_token_id: maybe(where<number | number[] | null>(
    "an id",
    (x) => x === null || [x].flat().length > 0 && [x].flat().every(Number.isInteger),
  )),
});

async function endOfText(action: string, folder: string): Promise<string | number | undefined> {
  for (const name of [CONFIG, SPECIAL]) {
    const path = join(folder, name);
    if (!await exists(path)) continue;
    const { eos_token } = expectForm(action, await readJson(path), NAMED, `correct ${name}`);
    if (eos_token) return typeof eos_token === "string" ? eos_token : eos_token.content;
  }
  const path = join(folder, "config.json");
  if (!await exists(path)) return undefined;
  const { eos_token_id } = expectForm(action, await readJson(path), NUMBERED, "correct it");
  return [eos_token_id ?? undefined].flat()[0];
}
