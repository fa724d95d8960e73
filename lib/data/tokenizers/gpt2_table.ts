/**
 * GPT-2's tokens as a table of a byte-level tokenizer (vocab.json, tokenizer.json) writes them: a
 * character for each byte, so that a space is Ġ.
 * @module
 */
import { everyField, expectForm, whole } from "../../io/form.ts";
import { show } from "../../io/show.ts";
import { CHARACTERS } from "./byte_characters.ts";
import { pairBytes } from "./gpt2_pairs.ts";
import { EOS } from "./gpt2.ts";

/**
 * The first token of GPT-2 that `table` (text → id) gives another id, or none, in words; undefined
 * where it has all of them. Ids beyond GPT-2's are not looked at: texts never become one. Throws
 * where `table` is no such table.
 */
export function unlikeGpt2(action: string, table: unknown): string | undefined {
  const ids = expectForm(action, table, everyField(whole()), "restore the tokenizer's file");
  const texts = [...Array.from({ length: EOS }, (_, id) => byteLevel(id)), "<|endoftext|>"];
  const bad = texts.findIndex((text, id) => !Object.hasOwn(ids, text) || ids[text] !== id);
  if (bad === -1) return undefined;
  const { length } = Object.keys(ids), text = show(texts[bad]);
  return Object.hasOwn(ids, texts[bad])
    ? `${length} tokens with ${text} at ${ids[texts[bad]]} in place of ${bad}`
    : `${length} tokens without ${text}`;
}

function byteLevel(id: number): string {
  return Array.from(pairBytes(id)!, (byte) => CHARACTERS[byte]).join("");
}
