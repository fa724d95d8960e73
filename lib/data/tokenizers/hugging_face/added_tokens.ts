/**
 * Tokens that tokenizer.json adds to its model's: special ones, which no text becomes here, and
 * others, such as runs of spaces, which are looked for in a text before anything else.
 * @module
 */
import { expectForm, flag, having, list, maybe, where } from "../../../io/form.ts";
import { show } from "../../../io/show.ts";
import { ID } from "./models.ts";
import { expectField, type Part, type Reading, refusePart } from "./refuse.ts";

const TOKENS = list(having({
  id: ID,
  content: where<string>("a text", (x) => typeof x === "string" && x !== ""),
  special: maybe(flag),
  normalized: maybe(flag),
}));

export type AddedToken = { id: number; content: string; special?: boolean; normalized?: boolean };

/** The added tokens. Throws on one that takes space away around itself, or stands as a word alone. */
export function addedTokensOf(reading: Reading, part: unknown): AddedToken[] {
  const tokens = expectForm(
    reading.action,
    { added_tokens: part ?? [] },
    having({ added_tokens: TOKENS }),
    "restore tokenizer.json",
  ).added_tokens;
  for (const token of tokens.filter(({ special }) => special !== true)) {
    for (const name of ["single_word", "lstrip", "rstrip"]) {
      const place = `added token ${token.id}`;
      expectField(reading, token as Part, { place, name, values: [null, false] });
    }
  }
  return tokens;
}

/**
 * Throws where tokens are looked for in normalized text and normalizing changes them, or where the
 * mark of a text's beginning would be put after each of them as well.
 */
export function expectUnchanged(
  reading: Reading,
  added: readonly AddedToken[],
  { normalize, marksFirst }: { normalize?: (text: string) => string; marksFirst: boolean },
): void {
  if (normalize === undefined) return;
  for (const { id, content, special, normalized = true } of added) {
    if (special === true || !normalized) continue;
    const part = `added token ${id}`, changed = normalize(content);
    if (changed !== content) {
      refusePart(reading, { part, expected: `${show(content)} once normalized`, found: changed });
    }
    if (marksFirst) {
      const expected = "not looked for in normalized text";
      refusePart(reading, { part, expected, found: content });
    }
  }
}
