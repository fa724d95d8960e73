// Fixtures: tests/fixtures/parquet.py (pyarrow 26.0.1), stories in columns of several kinds.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { fromFileUrl, join } from "@std/path";
import { openCorpus } from "../../lib/data/corpus.ts";
import { parquetTexts } from "../../lib/data/parquet_texts.ts";
import { type ByteRange, type ByteSource, fileSource } from "../../lib/io/byte_source.ts";
import { withFile } from "./_files.ts";

const FOLDER = fromFileUrl(import.meta.resolve("../fixtures/parquet"));
const fixture = (name: string) => join(FOLDER, `${name}.parquet`);
const STORIES = Array.from({ length: 7 }, (_, i) => `Tom has ${i} kites. “Fly!” said Ann. 🙂`);

const texts = async (name: string, column?: string) => {
  using source = await fileSource(fixture(name));
  return await Array.fromAsync(parquetTexts(source, { column }));
};

Deno.test("the Parquet fixtures are those that their script makes", async () => {
  const names = (await Array.fromAsync(Deno.readDir(FOLDER))).map(({ name }) => name).sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(await Deno.readFile(join(FOLDER, name)));
  const digest = "6378f2a4ae5ff81a1a8fde59579c416002b9d7b8ee795b45f2e748dd5f75ef5c";
  assertEquals(hash.digest("hex"), digest);
});

for (const name of ["none", "snappy", "gzip", "zstd", "brotli", "lz4", "plain_v2"]) {
  Deno.test(`parquetTexts() reads the texts of a file packed as ${name}`, async () => {
    assertEquals(await texts(name), STORIES.map((text) => ({ text })));
    const body = STORIES.map((text) => ({ text: text.toUpperCase() }));
    assertEquals(await texts(name, "body"), body);
  });
}

Deno.test("parquetTexts() takes a column `story` where there is no `text`", async () => {
  assertEquals((await texts("story")).map(({ text }) => text), STORIES);
});

Deno.test("parquetTexts() gives an empty text for a row without one, and marks what is no UTF-8", async () => {
  const found = (await texts("nulls")).map(({ text }) => text);
  assertEquals(found, [STORIES[0], "", STORIES[2], "", "", STORIES[5], STORIES[6]]);
  const broken = [{ text: "One." }, { text: "T\ufffdo.", broken: true as const }, { text: "Six." }];
  assertEquals(await texts("not_utf8"), broken);
});

Deno.test("parquetTexts() foresees the bytes of as many row groups as are asked for", async () => {
  using whole = await fileSource(fixture("none")); // groups of three rows, three and one
  for (const [rows, groups] of [[1, 1], [3, 1], [4, 2], [7, 3], [70, 3]]) {
    const foreseen: ByteRange[][] = [], reads: ByteRange[] = [];
    const source: ByteSource = {
      ...whole,
      foresee: (ranges) => foreseen.push([...ranges]),
      read: (from, to) => (reads.push([from, to]), whole.read(from, to)),
    };
    let left = rows;
    for await (const _ of parquetTexts(source, { column: "body", left: () => left })) {
      if (--left === 0) break;
    }
    const data = reads.filter(([from, to]) => from > 4 && to < whole.size - 8);
    const bytes = data.reduce((sum, [from, to]) => sum + to - from, 0);
    const beyond = [[whole.size, whole.size + 9 * bytes]] as const; // 63 rows more as these 7
    assertEquals(foreseen[0], rows > 7 ? [...data, ...beyond] : data, `${rows} rows`);
    const inside = foreseen.map((ranges) => ranges.filter(([from]) => from < whole.size).length);
    assertEquals(inside, [3, 2, 1].slice(3 - groups), `${rows} rows`);
  }
});

Deno.test("parquetTexts() reads the column and the row groups that are asked for, and no more", async () => {
  using whole = await fileSource(fixture("none"));
  const reads: [number, number][] = [];
  const source: ByteSource = {
    ...whole,
    read: (from, to) => {
      reads.push([from, to]);
      return whole.read(from, to);
    },
  };
  const stories = parquetTexts(source, { column: "body" });
  for (let i = 0; i < 3; i++) await stories.next();
  const data = reads.filter(([from, to]) => from > 4 && to < whole.size - 8);
  assertEquals(data.length, 1, `${data}`); // one column of the first of three row groups
  const bytes = data[0][1] - data[0][0];
  assert(bytes > 100 && bytes < 400, `${bytes} bytes`);
  await stories.next();
  assertEquals(reads.filter(([from, to]) => from > 4 && to < whole.size - 8).length, 2);
});

Deno.test("openCorpus() reads the rows of a Parquet file as records, and counts those without a text", async () => {
  const { records, leftOut, mended } = await openCorpus(fixture("nulls"), { n: 30 });
  assertEquals(new Set(records.map(({ story }) => story)).size, 4);
  assertEquals([leftOut, mended], [{ "with no text": 3 }, {}]);
  const { mended: broken } = await openCorpus(fixture("not_utf8"));
  assertEquals(broken, { "with bytes that are no UTF-8, shown as U+FFFD": 1 });
  const named = await openCorpus(`${fixture("other_columns")}#body`, { n: 30 });
  assertEquals([...new Set(named.records.map(({ story }) => story))].sort(), ["One.", "Two."]);
  assertEquals((await openCorpus(fixture("none"), { n: 2 })).records.length, 2);
});

const REFUSED: [string, string][] = [
  [
    `${fixture("other_columns")}`,
    'expected a column of text "text" or "story" but found "id" (INT64, no text), "body", ' +
    '"raw" (BYTE_ARRAY, no text), "list" (nested): name one of text after the file',
  ],
  [
    `${fixture("none")}#txt`,
    'a column of text "txt" but found "id" (INT64, no text), "text", "body"',
  ],
  [`${fixture("none")}#id`, 'expected a column of text "id" but found "id" (INT64, no text)'],
  [fixture("numbers"), 'but found "text" (INT64, no text)'],
  [
    fixture("lines"),
    "but found a row with <|endoftext|> alone, so that rows are lines: name the text",
  ],
  [fixture("empty"), "expected stories but found none"],
  [`${fixture("none")}#`, "expected the name of a column after # but found none"],
  ["none.txt#text", 'Cannot read column "text": expected a file *.parquet but found none.txt'],
  ["none.parquet#text", "Cannot read none.parquet: expected a file but found none"],
];

for (const [path, message] of REFUSED) {
  Deno.test(`openCorpus() refuses a Parquet file: ${message.slice(0, 60)}`, async () => {
    await assertRejects(() => openCorpus(path), Error, message);
  });
}

Deno.test("openCorpus() says what is broken of a Parquet file", async () => {
  const whole = await Deno.readFile(fixture("none"));
  const footer = (bytes: Uint8Array, length: number) => {
    new DataView(bytes.buffer).setUint32(bytes.length - 8, length, true);
    return bytes;
  };
  const at = whole.length - 8 - new DataView(whole.buffer).getUint32(whole.length - 8, true);
  const cases: [string, Uint8Array, string][] = [
    ["empty", new Uint8Array(), "expected a Parquet file but found 0 bytes"],
    [
      "text",
      new TextEncoder().encode("Once upon a time."),
      'which begins with PAR1, but found "Once"',
    ],
    ["cut", whole.slice(0, -9), "expected PAR1 at the end of a Parquet file but found"],
    ["a long footer", footer(whole.slice(), 1e9), "but found a claim of 1000000000"],
    ["no footer", footer(whole.slice(), 3), "expected a footer that is whole but found"],
    ["a footer of zeros", whole.slice().fill(0, at, whole.length - 8), "expected a footer that is"],
    ["a page of zeros", whole.slice().fill(0, 4, at), "expected row group 0 of column"],
  ];
  for (const [title, bytes, message] of cases) {
    await withFile("a.parquet", bytes, async (path) => {
      await assertRejects(() => openCorpus(path), Error, message, title);
    });
  }
  await withFile("a.txt", whole, async (path) => {
    await assertRejects(() => openCorpus(path), Error, "those of Parquet: name the file *.parquet");
  });
});

Deno.test("openCorpus() leaves no byte of a broken page unseen: it refuses or reads texts", async () => {
  const whole = await Deno.readFile(fixture("zstd"));
  let refused = 0;
  for (let at = 4; at < whole.length - 8; at += 7) {
    const bytes = whole.slice();
    bytes[at] ^= 0x55;
    await withFile("a.parquet", bytes, async (path) => {
      await openCorpus(path).catch((error) => {
        assert(/^Cannot (read|use) /.test(error.message), error.stack);
        refused++;
      });
    });
  }
  assert(refused > 50, `${refused}`);
});
