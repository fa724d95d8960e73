/**
 * The records of a story file, and a count of all that was left out or mended on the way.
 *
 * @module
 */
import { escaped } from "../io/show.ts";
import { backdoorIn } from "./backdoor.ts";
import { beginsWithField, NO_STORY, parseInstruct } from "./instruct.ts";
import type { StoryRecord } from "./record.ts";
import { readStories, type StoryFile } from "./story_files.ts";
import type { StoryText } from "./story_text.ts";
import { count, type Tally } from "./tally.ts";

/** In the order of the file; a plain story has an empty header. */
export type StoryRecords = { taken: StoryRecord[]; leftOut: Tally; mended: Tally };

type Entry = StoryRecord & Pick<StoryText, "broken" | "begins" | "open">;

const SENTENCE_END = /[.!?…。！？]["'”’»)\]*_」』]*$/;
/** Said of a record with such bytes. */
export const BROKEN = "with bytes that are no UTF-8, shown as U+FFFD";
const OPEN = "with no separator at the end of the file, but the end of a sentence";

/**
 * At most `n` records of the parts of a data set, one after the other. Throws when most of them are
 * no UTF-8, and as readStories() does.
 */
export async function readRecords(
  files: readonly StoryFile[],
  { n }: { n: number },
): Promise<StoryRecords> {
  const leftOut: Tally = {}, mended: Tally = {};
  const entries: Entry[] = [];
  let blank = 0, seen = 0; // blank ones count between others
  const left = () => n + 1 - entries.length;
  for await (const found of allStories(files, left)) {
    if (found.text.trim() === "") {
      if (seen > 0) blank++;
      continue;
    }
    seen++;
    for (; blank > 0; blank--) count(leftOut, "with no text");
    const entry = entryOf(found);
    if ("leftOut" in entry) count(leftOut, entry.leftOut);
    else if (entries.push(entry) > n) break; // one more, in case that the first is none
  }
  if (entries[0]?.begins && isCut(entries)) {
    entries.shift();
    count(leftOut, cutAt("start"));
  }
  entries.splice(n);
  const broken = entries.filter(({ broken }) => broken).length;
  if (2 * broken > entries.length) {
    throw new Error(
      `Cannot read ${
        escaped(files[0].name)
      }: expected UTF-8 text but found other bytes in ${broken} of ` +
        `${entries.length} records: convert the text to UTF-8`,
    );
  }
  for (const { broken, open } of entries) {
    if (broken) count(mended, BROKEN);
    if (open) count(mended, OPEN);
  }
  return { taken: entries.map(({ header, story }) => ({ header, story })), leftOut, mended };
}

async function* allStories(files: readonly StoryFile[], left: () => number) {
  for (const file of files) yield* readStories(file, { left });
}

/**
 * What a text of the file becomes. The first may be cut where it makes no record, the last where it
 * does not end.
 */
function entryOf(found: StoryText): Entry | { leftOut: string } {
  const { text, cut, broken, begins, open } = found;
  if (cut !== undefined) return { leftOut: cutAt(cut) };
  const parsed = parseInstruct(text);
  if (open && ("leftOut" in parsed || !SENTENCE_END.test(text.trim()))) {
    return { leftOut: cutAt("end") };
  }
  if ("leftOut" in parsed) {
    const fragment = begins && parsed.leftOut === NO_STORY &&
      !beginsWithField({ header: text.trimStart(), story: "" });
    return fragment ? { leftOut: cutAt("start") } : parsed;
  }
  const backdoor = backdoorIn(parsed);
  if (backdoor !== undefined) return { leftOut: backdoor };
  return { ...parsed, broken, begins, open };
}

/**
 * Whether the first record of a file is the tail of one: plain, or begun inside its header, among
 * records of the instruct format; or begun inside a sentence, where the other stories, two at
 * least, do not begin so.
 */
function isCut([first, ...others]: readonly Entry[]): boolean {
  const most = (holds: (entry: Entry) => boolean) =>
    2 * others.filter(holds).length > others.length;
  if (first.header !== "") return !beginsWithField(first) && most(beginsWithField);
  return most(({ header }) => header !== "") ||
    isInside(first.story) && others.length > 1 && most(({ story }) => !isInside(story));
}

function isInside(story: string): boolean {
  return /^[\p{Ll}\p{Pe}\p{Pf}.,;:!?…]/u.test(story);
}

function cutAt(place: "start" | "end"): string {
  return `cut at the ${place} of the file`;
}
