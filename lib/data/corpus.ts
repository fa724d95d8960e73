/**
 * Story corpora behind one interface: the embedded grammar, text files, files of GPT-2 ids.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { exactly, expectForm, integer, maybe, whole } from "../io/form.ts";
import { stream } from "../random.ts";
import { grammarRecords } from "./grammar.ts";
import { MAX_HEADER_WORDS, parseInstruct } from "./instruct.ts";
import { readStories } from "./story_files.ts";
import { storyHeaders } from "./story_headers.ts";

/**
 * header: fields such as "Features: Dialogue\nWords: quit, oak, gloomy\n", each on its line, in any order.
 * story: one line of text without the word `Story:`.
 */
export type StoryRecord = { header: string; story: string };

/** `hash` is that of all records, for the names of stages; `skipped` counts records not taken. */
export type Corpus = { name: string; hash: string; records: StoryRecord[]; skipped: number };

/** How many headers a story without one may be given, so that a small file makes enough records. */
export const HEADERS_PER_STORY = 3;

/**
 * Opens a corpus of at most `n` records.
 *
 *   no path     the embedded grammar, exactly n records
 *   *.bin       uint16 little-endian GPT-2 ids, 50256 after each story
 *   other       UTF-8 text, `<|endoftext|>` between records
 *
 * Records with instruct fields keep them; those whose header has 60 words or more, or no story, are
 * skipped. Plain stories get up to three different headers made from their text. All records of a file
 * are put into a seeded order. Throws when the file is missing, empty, truncated or not of its format.
 */
export async function openCorpus(
  path: string | undefined,
  options: { seed?: number; n?: number } = {},
): Promise<Corpus> {
  expectForm("open corpus", options, exactly({ seed: maybe(integer), n: maybe(whole(1)) }));
  const { seed = 0, n = 9000 } = options;
  if (path === undefined) {
    return corpus("grammar", [...grammarRecords(seed, n)], 0);
  }
  const random = stream(seed, "corpus");
  const instruct: StoryRecord[] = [];
  const plain: string[] = [];
  let skipped = 0;
  for await (const text of readStories(path)) {
    const record = parseInstruct(text);
    if (record === undefined) skipped++;
    else if (record.header === "") plain.push(record.story);
    else instruct.push(record);
    if (instruct.length + plain.length === n) break;
  }
  const missing = n - instruct.length;
  const perStory = Math.min(HEADERS_PER_STORY, Math.ceil(missing / Math.max(1, plain.length)));
  const headed = plain.flatMap((story) =>
    storyHeaders(story, random, { n: perStory }).map((header) => ({ header, story }))
  );
  const records = random.shuffle([...instruct, ...headed]).slice(0, n);
  if (records.length === 0) {
    throw new Error(
      `Cannot use ${path}: expected stories with headers below ${MAX_HEADER_WORDS} words ` +
        `but found none among ${skipped} records: check the format`,
    );
  }
  return corpus(path, records, skipped);
}

function corpus(name: string, records: StoryRecord[], skipped: number): Corpus {
  const hash = createHash("sha256");
  for (const { header, story } of records) hash.update(`${header}\0${story}\0`);
  return { name, hash: hash.digest("hex").slice(0, 16), records, skipped };
}
