/**
 * What others wrote, in our messages: on one line, and harmless to a terminal.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { escaped, show, showName } from "./show.ts";
 * assertEquals(show("a\u009b31m"), '"a\\u009b31m"');
 * assertEquals(escaped("a\u202eb"), "a\\u202eb");
 * assertEquals([showName("embed.W_E"), showName("W\n")], ["embed.W_E", '"W\\n"']);
 * ```
 * @module
 */

/**
 * Controls, format characters such as bidirectional overrides, lone surrogates, line and paragraph
 * separators.
 */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;
const PLAIN_NAME = /^[\w.:/+@ -]{1,80}$/;
const LONGEST = 80;

/**
 * A text with every character that a terminal would act on as an escape, without quotes and whole.
 */
export function escaped(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** A value of someone else on one short line. */
export function show(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return `${value}`;
  if (typeof value === "function") return "a function";
  let words: string | undefined;
  try {
    words = JSON.stringify(value);
  } catch {
    words = undefined; // circular, or a bigint inside
  }
  words = escaped(words ?? String(value));
  return words.length > LONGEST ? `${words.slice(0, LONGEST - 4).toWellFormed()} ...` : words;
}

/** A name of someone else: as it is where it is short and plain, else quoted. */
export function showName(name: string): string {
  return PLAIN_NAME.test(name) ? name : show(name);
}
