/**
 * Texts of others on one line, with nothing in them that works instead of showing: control
 * characters, which move a terminal's cursor and which XML cannot hold, directions that turn the
 * letters around, characters of no width, halves of characters. They show as pictures, for readers;
 * messages, in which others should find them again, have escapes (show.ts).
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { visible } from "./visible.ts";
 * assertEquals(visible("a\n\x1b[2J\u202eb"), "a⏎␛[2J⟨U+202E⟩b");
 * ```
 * @module
 */

const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u034f\u115f\u1160\u3164\uffa0]/gu;

/**
 * A text on one line: a line end shows as ⏎, other hidden characters as their pictures or as
 * ⟨U+0085⟩.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, picture);
}

/** The same for a text of several lines, which stay apart. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}

/** The same for what is drawn: tabs and line ends, which a figure's words may have, stay. */
export function drawable(text: string): string {
  return text.replace(HIDDEN, (found) => /[\t\n\r]/.test(found) ? found : picture(found));
}

function picture(character: string): string {
  const code = character.codePointAt(0)!;
  if (character === "\n") return "⏎";
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}
