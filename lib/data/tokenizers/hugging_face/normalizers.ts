/**
 * The normalizers of tokenizer.json that the package computes as Rust's `tokenizers` does. Its
 * Precompiled is near the real one, its Lowercase, Strip, StripAccents and BertNormalizer have
 * JavaScript's letters and white space: refused.
 * @module
 */
import { patternOf } from "./patterns.ts";
import { type Part, type Reading, refusePart } from "./refuse.ts";

type Make = (part: Part, reading: Reading, place: string) => Part[];

const asItIs: Make = ({ type }) => [{ type }];

const MAKERS: Record<string, Make> = {
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
  return { type: "Sequence", normalizers: stepsOf(reading, part as Part, "normalizer") };
}

function stepsOf(reading: Reading, part: Part, place: string): Part[] {
  const { type, normalizers } = part;
  if (type === "Sequence" && Array.isArray(normalizers)) {
    return normalizers.flatMap((step, i) => stepsOf(reading, step, `${place}.${i}`));
  }
  if (typeof type === "string" && Object.hasOwn(MAKERS, type)) {
    return MAKERS[type](part, reading, `${place} ${type}`);
  }
  return refusePart(reading, {
    part: place,
    expected: `one of ${Object.keys(MAKERS).join(", ")}, or a Sequence of them`,
    found: type,
  });
}
