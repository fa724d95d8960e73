/**
 * Tokenizers of Hugging Face's tokenizer.json: byte-level BPE (GPT-NeoX, Llama 3, Qwen), BPE with a
 * mark for spaces and bytes for what it lacks (Llama), Unigram.
 *
 * `@huggingface/tokenizers` turns texts into ids; it is given each part in a form that it computes as
 * Rust's `tokenizers` does, and what it does not is refused with its name. Ids become text by a table
 * of the tokens' bytes.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { Tokenizer as Package } from "npm:@huggingface/tokenizers@0.2.0";
import { exactly, expectForm, having, maybe, text, where } from "../../io/form.ts";
import { escaped, show } from "../../io/show.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { type AddedToken, addedTokensOf, expectUnchanged } from "./hugging_face/added_tokens.ts";
import { decoderOf, type TokenBytes } from "./hugging_face/decoders.ts";
import { knownCharacters } from "./hugging_face/known_characters.ts";
import { modelOf } from "./hugging_face/models.ts";
import { normalizerOf } from "./hugging_face/normalizers.ts";
import { preTokenizerOf } from "./hugging_face/pre_tokenizers.ts";
import type { Part } from "./hugging_face/refuse.ts";
import { wordSplit } from "./hugging_face/words.ts";

/** `eos`: the text or the id of the token between records. `path` names the file in errors. */
export type HuggingFaceOptions = { eos: string | number; path?: string };

const OPTIONS = exactly({
  eos: where<string | number>(
    "a token's text or id",
    (x) => typeof x === "string" || Number.isInteger(x),
  ),
  path: maybe(text),
});

/**
 * The tokenizer of a parsed tokenizer.json. Texts get no token before or after them, and special
 * tokens inside of a text are ordinary characters. Throws where a part is none that is computed here,
 * naming it, and where `eos` is no token.
 */
export function huggingFaceTokenizer(
  json: unknown,
  options: HuggingFaceOptions,
): Tokenizer {
  const { eos, path = "tokenizer.json" } = expectForm("read a tokenizer", options, OPTIONS);
  const action = `read ${escaped(path)}`, reading = { action };
  const file = expectForm(action, json, having({}), "restore the file") as Record<string, unknown>;
  const added = addedTokensOf(reading, file.added_tokens);
  const special = new Set(added.filter(({ special }) => special).map(({ content }) => content));
  const { model, table } = modelOf(reading, file.model, special);
  const ids = allTokens(action, table, added);
  const toBytes = decoderOf(reading, file.decoder);
  const words = model.type === "BPE" ? wordSplit(model) : undefined;
  const split = compiled(action, {
    model,
    normalizer: normalizerOf(reading, file.normalizer),
    pre_tokenizer: preTokenizerOf(reading, file.pre_tokenizer, words ? [words] : []),
    post_processor: null,
    decoder: null,
    added_tokens: added.filter(({ special }) => !special),
  });
  const { normalizer } = split;
  expectUnchanged(reading, added, {
    normalize: normalizer ? (text) => normalizer.normalize(text) : undefined,
    marksFirst: JSON.stringify(file.pre_tokenizer ?? null).includes('"prepend_scheme":"first"'),
  });
  const size = 1 + [...ids.values()].reduce((a, b) => Math.max(a, b), -1);
  const tokens: (string | undefined)[] = Array(size).fill(undefined);
  for (const [token, id] of ids) tokens[id] ??= token;
  const end = typeof eos === "string" ? ids.get(eos) : eos;
  if (end === undefined || tokens[end] === undefined) throw noEnd(action, eos, size);
  const written = JSON.stringify(json);
  const hash = createHash("sha256").update(`${written}\0${end}`).digest("hex").slice(0, 16);
  return {
    name: `tokenizer-${hash}`,
    size,
    eos: end,
    holes: [...tokens.keys()].filter((id) => tokens[id] === undefined),
    encode: (text) => encode(split, text),
    decode: decodeWith(tokens, toBytes),
    files: {
      "tokenizer.json": written,
      "tokenizer_config.json": `${
        JSON.stringify({ tokenizer_class: "PreTrainedTokenizerFast", eos_token: tokens[end] })
      }\n`,
    },
  };
}

/** The id of every token's text. Throws where one text has two ids, or two of the model's have one. */
function allTokens(
  action: string,
  table: Map<string, number>,
  added: readonly AddedToken[],
): Map<string, number> {
  const ids = new Map(table), textOf = new Map<number, string>();
  for (const [text, id] of table) {
    const other = textOf.get(id) ?? text;
    if (other !== text) {
      throw new RangeError(
        `Cannot ${action}: expected one text for id ${id} but found ${show(other)} and ` +
          `${show(text)}: restore the file`,
      );
    }
    textOf.set(id, text);
  }
  for (const { content, id } of added) {
    const other = ids.get(content) ?? id;
    if (other !== id) {
      throw new RangeError(
        `Cannot ${action}: expected one id for ${show(content)} but found ${other} and ${id}: ` +
          "restore the file",
      );
    }
    ids.set(content, id);
  }
  return ids;
}

/** Words whose tokens are kept; the package's own store moves each to its end again and again. */
const MOST_WORDS = 20_000, LONGEST_WORD = 64;

/**
 * The package with these parts; it joins unknown tokens within a word alone, and leaves characters
 * out before it merges, as Rust does.
 */
function compiled(action: string, parts: Part & { model: Part }): Package {
  try {
    const made = new Package(parts, {}), model = made.model!;
    const encodeWord = model._call.bind(model), known = new Map<string, string[]>();
    const keep = knownCharacters(parts.model) ?? ((word: string) => word);
    const piecesOf = (word: string) => {
      const kept = keep(word);
      return kept === "" ? [] : encodeWord([kept]);
    };
    model._call = (words) =>
      words.flatMap((word) => {
        const found = known.get(word) ?? piecesOf(word);
        if (known.size < MOST_WORDS && word.length < LONGEST_WORD) known.set(word, found);
        return found;
      });
    return made;
  } catch (error) {
    throw new Error(
      `Cannot ${action}: expected patterns that JavaScript has but found ` +
        `"${escaped((error as Error).message)}": take a model with another tokenizer`,
    );
  }
}

function encode(split: Package, text: string): number[] {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot encode: expected a text but found ${show(text)}: give a string`);
  }
  const { ids } = split.encode(text.toWellFormed(), { add_special_tokens: false });
  const bad = ids.findIndex((id) => !Number.isInteger(id));
  if (bad === -1) return ids;
  throw new RangeError(
    `Cannot encode: expected tokens for all of ${show(text)} but found none for part ${bad}: ` +
      "take a tokenizer that knows these characters, or other texts",
  );
}

function decodeWith(
  tokens: readonly (string | undefined)[],
  toBytes: TokenBytes,
): Tokenizer["decode"] {
  const known: Uint8Array[] = [];
  const bytesOf = (id: number, first: boolean) => {
    const token = tokens[id];
    if (token === undefined) throw noToken(id, tokens.length);
    return first ? toBytes(token, { first }) : known[id] ??= toBytes(token, { first });
  };
  return (ids, { inside = false } = {}) => {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    let text = "", first = !inside;
    for (const id of ids) {
      text += decoder.decode(bytesOf(id, first), { stream: true });
      first = false;
    }
    return text;
  };
}

function noToken(id: number, size: number): RangeError {
  return new RangeError(
    `Cannot decode: expected ids of tokens, from 0 to ${size - 1}, but found ${show(id)}: ` +
      "take ids of encode(), or decodeCompact() for those of a vocabulary",
  );
}

function noEnd(action: string, eos: string | number, size: number): RangeError {
  return new RangeError(
    `Cannot ${action}: expected the token between records to be one of ${size} but found ` +
      `${show(eos)}: name eos_token in tokenizer_config.json`,
  );
}
