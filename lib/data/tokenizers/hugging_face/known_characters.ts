/** A BPE without an unknown token: what it lacks goes from a word before anything is merged. @module */
import type { Part } from "./refuse.ts";

/**
 * The characters of a word that a BPE has, for neighbours of one that it lacks are merged in Rust;
 * the package leaves it out of the merged pieces instead. Undefined where the model has an unknown
 * token, and where it is none of BPE.
 */
export function knownCharacters(
  { type, vocab, unk_token, byte_fallback, ignore_merges }: Part,
): ((word: string) => string) | undefined {
  if (type !== "BPE" || (unk_token ?? undefined) !== undefined) return undefined;
  const has = (token: string) => Object.hasOwn(vocab as object, token);
  const known = new Map<string, boolean>();
  const isKnown = (character: string) => {
    const found = known.get(character) ??
      (has(character) || (byte_fallback === true && byteNames(character).every(has)));
    known.set(character, found);
    return found;
  };
  return (word) => {
    if (ignore_merges === true && has(word)) return word;
    const characters = [...word];
    return characters.every(isKnown) ? word : characters.filter(isKnown).join("");
  };
}

const utf8 = new TextEncoder();

/** The tokens of a character's bytes. */
function byteNames(character: string): string[] {
  return Array.from(
    utf8.encode(character),
    (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  );
}
