// The ids of long words are held against gpt-tokenizer, which is right on them, and slow.
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { encode as encodeText } from "gpt-tokenizer/encoding/r50k_base";
import { encodePieces } from "../../../lib/data/tokenizers/gpt2_pairs.ts";
import { decode, encode } from "../../../lib/data/tokenizers/gpt2.ts";

const [first, second] = encode("”"); // two bytes and one

Deno.test("decode() gives the same text for the same ids, whatever was decoded before", () => {
  const once = decode([second, 383]);
  assertEquals(decode([first]), ""); // half a character at the end
  assertEquals([once, decode([second, 383])], ["\ufffd The", "\ufffd The"]);
  assertEquals(decode([first, second]), "”");
});

Deno.test("decode() keeps the order of half characters and whole ones", () => {
  assertEquals(decode([first, 290, second]), "\ufffd and\ufffd");
  assertEquals(decode(encode("\ufeffa")), "\ufeffa"); // a mark is a character like others
});

Deno.test("decode() refuses what is no id", () => {
  for (const id of [50257, -1, 0.5, NaN]) {
    assertThrows(() => decode([id]), RangeError, `from 0 to 50256 but found ${id}`);
  }
});

Deno.test("encodePieces() gives gpt-tokenizer's ids", () => {
  const parts = [
    "a",
    "the",
    "ing",
    " ",
    "  ",
    "\n",
    "é",
    "日",
    "🙂",
    "'s",
    "'",
    "12",
    "!",
    "\ud800",
    "\t",
    "-",
  ];
  fc.assert(fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 80 }), (list) => {
    const text = list.join("");
    assertEquals(encodePieces(text), encodeText(text), JSON.stringify(text));
  }));
});

Deno.test("encode() gives gpt-tokenizer's ids of a long word, in time that grows with its length", () => {
  let state = 1;
  const letter = () => "etaoinshrdlu"[(state = state * 48271 % 2147483647) % 12];
  const word = Array.from({ length: 100_000 }, letter).join("");
  assertEquals(encode(word.slice(0, 3000)), encodeText(word.slice(0, 3000)));
  const start = performance.now();
  const ids = encode(` ${word} ${"!".repeat(100_000)}${" ".repeat(100_000)}`);
  assert(performance.now() - start < 4000, "time that grows with the square");
  assertEquals(decode(ids.slice(0, 4)), ` ${word}`.slice(0, decode(ids.slice(0, 4)).length));
  assertEquals(decode(ids).length, 300_002);
});

Deno.test("encode() takes U+FEFF for no white space, as Unicode and GPT-2 do", () => {
  // GPT-2's pattern takes a space and U+FEFF for one piece, bytes 20 ef bb bf: the id of " ï", then two of bytes
  assertEquals(encode("a \ufeffb"), [64, 27332, 119, 123, 65]);
  assertEquals(encode("\n\ufeff"), encodeText("\n\ufeff"));
  assertEquals(encode("a \u0085 b"), encodeText("a \u0085 b"));
});
