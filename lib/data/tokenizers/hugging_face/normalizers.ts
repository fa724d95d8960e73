/**
 * The normalizers of tokenizer.json that the package computes as Rust's `tokenizers` does. Its
 * Precompiled is near the real one, its Lowercase, Strip, StripAccents and BertNormalizer have
 * JavaScript's letters and white space: refused.
 * @module
 */
import { patternOf } from "./patterns.ts";
import { type Part, type Reading, refusePart } from "./refuse.ts";
import { type Make, stepsOf } from "./sequence.ts";

const asItIs: Make<Part> = ({ type }) => [{ type }];

const MAKERS: Record<string, Make<Part>> = {
  NFC: asItIs,
  NFD: asItIs,
  NFKC: asItIs,
  NFKD: asItIs,
  Prepend: ({ type, prepend }) => [{ type, prepend }],
  Replace: (part, reading, place) => {
    const { content } = part;
    if (typeof content !== "string") {
      refusePart(reading, { part: `${place}.content`, expected: "a text", found: content });
    }
    const dollar = content.replaceAll("$", "$$$$"); // replaceAll gives "$&" and the like a meaning
    const Regex = patternOf(reading, part, place);
    return [{ type: "Replace", pattern: { Regex }, content: dollar }];
  },
};

/** What to give the package in place of `part`, null where there is none. */
export function normalizerOf(reading: Reading, part: unknown): Part | null {
  if (part === null || part === undefined) return null;
  return {
    type: "Sequence",
    normalizers: stepsOf(reading, part as Part, {
      place: "normalizer",
      list: "normalizers",
      makers: MAKERS,
    }),
  };
}
