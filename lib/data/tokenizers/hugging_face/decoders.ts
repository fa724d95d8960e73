/**
 * From the tokens of tokenizer.json back to bytes: a decoder as a table, so that ids decode in parts
 * as they do whole. Bytes of several tokens that make one character are joined afterwards.
 * @module
 */
import { CHARACTERS } from "../byte_characters.ts";
import { type Part, type Reading, refusePart } from "./refuse.ts";
import { type Make, stepsOf } from "./sequence.ts";

/** The bytes of a token; `first`: at the beginning of a text, where a prefix space is no part of it. */
export type TokenBytes = (token: string, options: { first: boolean }) => Uint8Array;

const utf8 = new TextEncoder();
const BYTES = new Map(CHARACTERS.map((character, byte) => [character, byte]));

/** A token's text on its way to bytes. */
type Step = (token: string, first: boolean) => string | Uint8Array;

const MAKERS: Record<string, Make<Step>> = {
  ByteLevel: () => [fromCharacters],
  ByteFallback: () => [fromByteName],
  Fuse: () => [],
  Metaspace: ({ replacement = "▁", prepend_scheme = "always" }) => [
    (token, first) =>
      token.replaceAll(`${replacement}`, first && prepend_scheme !== "never" ? "" : " "),
  ],
  Replace: ({ pattern, content }, reading, place) => {
    const { String: from } = (pattern ?? {}) as Part;
    if (typeof from !== "string" || from === "" || typeof content !== "string") {
      const expected = "a text for a text";
      return refusePart(reading, { part: place, expected, found: { pattern, content } });
    }
    return [(token) => token.replaceAll(from, () => content)];
  },
  Strip: ({ content, start, stop }, reading, place) => {
    if (typeof content !== "string" || start !== 1 || stop !== 0) {
      const expected = "of one character at the beginning";
      return refusePart(reading, { part: place, expected, found: { content, start, stop } });
    }
    return [(token, first) => first && token.startsWith(content) ? token.slice(1) : token];
  },
};

/** The bytes of tokens under a decoder. Throws on one that does more than that. */
export function decoderOf(reading: Reading, part: unknown): TokenBytes {
  const steps = stepsOf(reading, (part ?? {}) as Part, {
    place: "decoder",
    list: "decoders",
    makers: MAKERS,
  });
  return (token, { first }) => {
    let made: string | Uint8Array = token;
    for (const step of steps) if (typeof made === "string") made = step(made, first);
    return typeof made === "string" ? utf8.encode(made) : made;
  };
}

/** A token of a byte-level tokenizer; one with other characters was added as it stands. */
function fromCharacters(token: string): Uint8Array {
  const bytes = Array.from(token, (character) => BYTES.get(character));
  return bytes.includes(undefined) ? utf8.encode(token) : Uint8Array.from(bytes as number[]);
}

/** `<0x0A>` is the byte 10. */
function fromByteName(token: string): string | Uint8Array {
  const found = /^<0x([0-9A-Fa-f]{2})>$/.exec(token);
  return found ? Uint8Array.of(parseInt(found[1], 16)) : token;
}
