/**
 * Splits of tokenizer.json as the one kind that the package computes as Rust's `tokenizers` does:
 * matches of a pattern, and what lies between them, as pieces of their own.
 * @module
 */
import { type Part, type Reading, refusePart } from "./refuse.ts";

/** A part of a text that matches is a piece, and so is what lies between two; or that is dropped. */
export type Split = {
  type: "Split";
  pattern: { Regex: string };
  behavior: "Isolated" | "Removed";
  invert: boolean;
};

/** Matches and what lies between them, each a piece. */
export function isolated(pattern: string): Split {
  return { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false };
}

/** Matches alone. */
export function matchesOf(pattern: string): Split {
  return { type: "Split", pattern: { Regex: pattern }, behavior: "Removed", invert: true };
}

/** One character of any kind, line ends too. */
const ANY = "[\\s\\S]";

/**
 * What becomes of the matches of a pattern, by Rust's names: a piece each, one for neighbours, at the
 * end of the piece before, at the beginning of the piece after, dropped.
 */
const BEHAVIORS: Record<string, (pattern: string) => Split> = {
  Isolated: isolated,
  Contiguous: (p) => isolated(`(?:${p})+`),
  MergedWithPrevious: (p) => isolated(`(?:(?!${p})${ANY})*(?:${p})|(?:(?!${p})${ANY})+`),
  MergedWithNext: (p) => isolated(`(?:${p})(?:(?!${p})${ANY})*|(?:(?!${p})${ANY})+`),
  Removed: (p) => ({ ...isolated(withoutGroups(p)), behavior: "Removed" }),
};

/** A split at matches would give what their groups hold as well. */
function withoutGroups(pattern: string): string {
  let inClass = false, result = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === "\\") result += char + (pattern[++i] ?? "");
    else {
      inClass = inClass ? char !== "]" : char === "[";
      result += !inClass && char === "(" && pattern[i + 1] !== "?" ? "(?:" : char;
    }
  }
  return result;
}

/** A pattern with what becomes of its matches. Throws on a behavior that Rust has not. */
export function withBehavior(
  reading: Reading,
  pattern: string,
  { behavior, place }: { behavior: unknown; place: string },
): Split {
  if (behavior === "Removed" && /\\[1-9k]|\(\?<(?![=!])/.test(pattern)) {
    const expected = "without names and numbers of groups";
    refusePart(reading, { part: `${place}.pattern`, expected, found: pattern });
  }
  const make = typeof behavior === "string" && Object.hasOwn(BEHAVIORS, behavior)
    ? BEHAVIORS[behavior]
    : refusePart(reading, {
      part: `${place}.behavior`,
      expected: `one of ${Object.keys(BEHAVIORS).join(", ")}`,
      found: behavior,
    });
  return make(pattern);
}

/** A pattern of tokenizer.json, a text or a regular expression, as the latter. */
export function patternOf(reading: Reading, { pattern }: Part, place: string): string {
  const { Regex, String } = (pattern ?? {}) as Part;
  if (typeof Regex === "string") return Regex;
  if (typeof String === "string") return String.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return refusePart(reading, {
    part: `${place}.pattern`,
    expected: "a String or a Regex",
    found: pattern,
  });
}
