import { assertEquals } from "@std/assert";
import { drawable, visible, visibleLines } from "../../lib/io/visible.ts";

Deno.test("visible() leaves letters, marks, emoji and pictures of characters as they are", () => {
  const text = "é e\u0301 日本 🙂 ⏎␛ ⟨x⟩ |<>&\u00a0";
  assertEquals(visible(text), text);
});

Deno.test("visible() shows what moves a cursor, turns letters around or has no width", () => {
  assertEquals(visible("\0\t\r\x1b\x7f\x85\x9b"), "␀␉␍␛␡⟨U+0085⟩⟨U+009B⟩");
  assertEquals(
    visible("\u200b\u202e\u2066\u2028\ufeff"),
    "⟨U+200B⟩⟨U+202E⟩⟨U+2066⟩⟨U+2028⟩⟨U+FEFF⟩",
  );
  assertEquals(visible("\ud800 \udc00 \ufffe \u{e0001}"), "⟨U+D800⟩ ⟨U+DC00⟩ ⟨U+FFFE⟩ ⟨U+E0001⟩");
});

Deno.test("visibleLines() and drawable() leave line ends, the second tabs too", () => {
  assertEquals(visibleLines("a\r\nb\tc\x1b"), "a␍\nb␉c␛");
  assertEquals(drawable("a\r\nb\tc\x1b"), "a\r\nb\tc␛");
});
