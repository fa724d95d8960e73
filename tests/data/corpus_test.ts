import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { corpusName, openCorpus, type StoryRecord } from "../../lib/data/corpus.ts";
import { parseInstruct, wordCount } from "../../lib/data/instruct.ts";
import { encode, EOS } from "../../lib/data/tokenizers/gpt2.ts";
import { withFile } from "./_files.ts";
import { realData } from "./_real.ts";

const END = "<|endoftext|>";
const STORY = "Once upon a time, a tall bear found a shiny key. He opened the old door. " +
  '"Hello!" said a small mouse. They danced in the garden and learned to share the yellow cheese.';

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const bytesOf = (ids: number[]) => new Uint8Array(Uint16Array.from(ids).buffer);

Deno.test("openCorpus() without a path is the grammar, and its hash follows the seed and n", async () => {
  const corpus = await openCorpus(undefined, { seed: 3, n: 20 });
  assertEquals([corpus.name, corpus.records.length], ["grammar", 20]);
  assertEquals([corpus.leftOut, corpus.mended], [{}, {}]);
  assertEquals(await openCorpus(undefined, { seed: 3, n: 20 }), corpus);
  assertNotEquals((await openCorpus(undefined, { seed: 4, n: 20 })).hash, corpus.hash);
  assertNotEquals((await openCorpus(undefined, { seed: 3, n: 21 })).hash, corpus.hash);
});

Deno.test("parseInstruct() keeps fields in their order and joins the lines of the story", () => {
  const text =
    "\nSummary: A bear\nfinds a key.\nWords: bear, key\nStory: \n\nOne.\nTwo.\n\nThree.\n";
  assertEquals(parseInstruct(text), {
    header: "Summary: A bear finds a key.\nWords: bear, key\n",
    story: "One. Two. Three.",
  });
  assertEquals(parseInstruct("One.\nTwo."), { header: "", story: "One. Two." });
  assertEquals(parseInstruct("Words: a\nNo story here."), { leftOut: "with fields but no Story:" });
  const header = (n: number) => `Summary:${" a".repeat(n - 1)}\nStory: Hi.`;
  assertEquals(parseInstruct(header(60)), { leftOut: "with a header of 60 words or more" });
  assertEquals(wordCount((parseInstruct(header(59)) as StoryRecord).header), 59);
});

Deno.test("openCorpus() reads instruct and plain records of a text file", async () => {
  const text = `Words: bear, key\r\nStory: A bear.${END}\n${STORY}\n${END}\nWords: x${END}`;
  await withFile("a.txt", text, async (path) => {
    const { records, leftOut, mended } = await openCorpus(path);
    assertEquals(records.length, 4);
    assertEquals([leftOut, mended], [{ "with fields but no Story:": 1 }, {}]);
    const kept = records.find(({ story }) => story === "A bear.")!;
    assertEquals(kept.header, "Words: bear, key\n");
    const headers = records.filter(({ story }) => story === STORY).map(({ header }) => header);
    assertEquals(new Set(headers).size, 3);
    for (const header of headers) {
      const words = header.match(/^Words: (\w+), (\w+), (\w+)$/m)!.slice(1);
      assertEquals(words.every((word) => STORY.includes(word)), true, header);
      assertEquals(/^(Words|Features|Summary|Random sentence): /.test(header), true);
    }
    assertEquals((await openCorpus(path)).records, records);
    assertNotEquals((await openCorpus(path, { seed: 1 })).records, records);
    assertEquals((await openCorpus(path, { n: 2 })).records.length, 2);
  });
});

Deno.test("openCorpus() puts the records of a file into an order of the seed", async () => {
  const stories = Array.from({ length: 20 }, (_, i) => `Story ${i}.`);
  const text = stories.map((story) => `Words: a\nStory: ${story}${END}`).join("\n");
  await withFile("a.txt", text, async (path) => {
    const orders = await Promise.all([0, 1].map((seed) => openCorpus(path, { seed })));
    const [first, second] = orders.map(({ records }) => records.map(({ story }) => story));
    assertEquals(first.toSorted(), stories.toSorted());
    assertEquals([stories, second].some((order) => order.join() === first.join()), false);
  });
});

Deno.test("openCorpus() reads GPT-2 ids, and characters across the pieces of a long file", async () => {
  const ids = [...encode(STORY), EOS];
  await withFile("a.bin", bytesOf([...ids, ...encode("The end."), EOS]), async (path) => {
    const { records } = await openCorpus(path, { n: 2 });
    assertEquals(records.map(({ story }) => story).sort(), [STORY, "The end."]);
  });
  const long = `a${"é".repeat(1_100_000)}.`; // two bytes each: one of them spans the border of 2^20
  await withFile("a.txt", `${long}${END}Hi.${END}`, async (path) => {
    const { records } = await openCorpus(path, { n: 2 });
    assertEquals(records.some(({ story }) => story === long), true);
  });
});

Deno.test("openCorpus() says what is wrong with a file", async () => {
  const ids = encode("Hi there.");
  const cases: [string, string | Uint8Array, string][] = [
    ["a.txt", "", "expected stories but found none"],
    ["a.bin", new Uint8Array(), "expected stories but found none"],
    ["a.txt", `${END}\n${END}`, "expected stories but found none"],
    ["a.txt", Uint8Array.of(0xff, 0xfe, 0x41), "expected UTF-8 text but found other bytes"],
    ["a.txt", latin1(`é.${END}ü.${END}One.`), "but found other bytes in 2 of 3 records"],
    ["a.txt", `Words: a${END}`, "but found none among 1 records (1 with fields but no Story:)"],
    ["a.bin", bytesOf([...ids, EOS]).subarray(0, -1), "expected two bytes for each id but found 7"],
    ["a.bin", bytesOf(ids), "expected 50256 after each story but found 3 ids after the last one"],
    ["a.bin", bytesOf([...ids, 50257]), "up to 50256 but found 50257 at position 3"],
  ];
  for (const [name, content, message] of cases) {
    await withFile(name, content, async (path) => {
      await assertRejects(() => openCorpus(path), Error, message);
    });
  }
  await assertRejects(() => openCorpus("none.txt"), Error, "expected a file but found none");
});

Deno.test("openCorpus() takes the three records of the real instruct sample whole", async () => {
  const path = realData("tinystories/instruct-format-sample.txt");
  if (path === undefined) return;
  const { records, leftOut, mended } = await openCorpus(path);
  assertEquals([records.length, leftOut, mended], [3, {}, {}]);
  const first = records.find(({ header }) => header.startsWith("Features: Dialogue\nWords: quit"))!;
  assertEquals(first.story.startsWith("Sara and Ben were playing in the park. They liked"), true);
  assertEquals(first.story.endsWith("They went home and had a cozy and happy time."), true);
});

Deno.test("openCorpus() gives the real stories up to three short headers each", async () => {
  const path = realData("tinystories/stories.gpt2.u16.bin");
  if (path === undefined) return;
  const { records, leftOut, mended } = await openCorpus(path, { n: 9351 });
  assertEquals(records.length >= 9340, true, `${records.length}`); // some are short
  assertEquals([leftOut, mended], [{}, {}]);
  assertEquals(new Set(records.map(({ story }) => story)).size, 3117);
  assertEquals(new Set(records.map(({ header, story }) => header + story)).size, records.length);
  assertEquals(records.every(({ header }) => wordCount(header) < 60), true);
});

Deno.test("corpusName() is no path of this machine, and pins a commit", () => {
  assertEquals(
    ["grammar", "/home/me/tales.txt", "tales/", "C:\\tales.bin"].map((name) =>
      corpusName({ name })
    ),
    [
      "grammar",
      "tales.txt",
      "tales",
      "tales.bin",
    ],
  );
  const from = { repo: "owner/tales", commit: "0".repeat(40), file: "a.txt" };
  assertEquals(corpusName({ name: "hf:owner/tales", from }), `hf:owner/tales@${from.commit}`);
});
