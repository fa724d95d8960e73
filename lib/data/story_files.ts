/**
 * The texts of a file's records, one after the other, and what can be seen of how the file was cut
 * out of a larger one.
 *
 * @module
 */
import { type ByteSource, fileSource } from "../io/byte_source.ts";
import { escaped } from "../io/show.ts";
import { jsonLines } from "./json_lines.ts";
import { parquetTexts } from "./parquet_texts.ts";
import { splitBytes } from "./split_bytes.ts";
import { idParts } from "./story_ids.ts";
import { foreseeing } from "./foreseeing.ts";
import { decodeStory, END_OF_TEXT, type StoryText } from "./story_text.ts";

/**
 * A file of stories, wherever it lies; its name tells its format. `column`: that of a Parquet file
 * to read, `text` or `story` by default.
 */
export type StoryFile = { name: string; column?: string; open(): Promise<ByteSource> };

/** A file of this machine. */
export function localFile(path: string, column?: string): StoryFile {
  return { name: path, column, open: () => fileSource(path) };
}

/** Whether a file is text with separators. */
export function isText({ name }: StoryFile): boolean {
  return formatOf(name) === undefined;
}

/** "bin", "jsonl", "ndjson" or "parquet"; none for text. */
function formatOf(name: string): string | undefined {
  return /\.(bin|jsonl|ndjson|parquet)$/i.exec(name)?.[1].toLowerCase();
}

/**
 * The records of a file in order, blank ones too. Throws when it is missing, empty or not of its
 * format. `left`: how many records its reader still asks for, of the next ones at least; by it a
 * source that is far away foresees what it will be asked for.
 */
export async function* readStories(
  file: StoryFile,
  { left }: { left?: () => number } = {},
): AsyncGenerator<StoryText, void> {
  using source = await file.open();
  let empty = true;
  for await (const story of storiesOf(source, { ...file, left })) {
    if (story.text.trim() !== "") empty = false;
    yield story;
  }
  if (empty) {
    throw new Error(
      `Cannot read ${escaped(source.name)}: expected stories but found none: check the file`,
    );
  }
}

async function* storiesOf(
  source: ByteSource,
  { name, column, left }: Pick<StoryFile, "name" | "column"> & { left?: () => number },
) {
  const format = formatOf(name);
  if (format === "parquet") return yield* parquetTexts(source, { column, left });
  const inOrder = left ? foreseeing(source, left) : source;
  if (format === "bin") return yield* idStories(inOrder);
  await refuseOther(source);
  yield* format === undefined ? textStories(inOrder) : jsonStories(inOrder);
}

const SEPARATOR = {
  bytes: new TextEncoder().encode(END_OF_TEXT),
  words: END_OF_TEXT,
  todo: `write ${END_OF_TEXT} between the stories, or one story a line as {"text": "..."} in a ` +
    "file *.jsonl",
};

async function* textStories(source: ByteSource): AsyncGenerator<StoryText, void> {
  for await (const part of splitBytes(source, SEPARATOR)) {
    const story = decodeStory(part);
    const { at, ended } = part;
    if (at === 0 && !ended && story.text.trim() !== "") throw noSeparator(source.name, story.text);
    if (at === 0) yield { ...story, ...withoutRest(story.text) };
    else if (ended) yield story;
    else if (story.text.trim() !== "") yield { ...story, ...withoutBegin(story.text) };
  }
}

function noSeparator(path: string, text: string): Error {
  const lines = text.split("\n").filter((line) => line.trim() !== "").length;
  const todo = /^\s*\{\s*"/.test(text)
    ? "name a file of JSON lines *.jsonl"
    : /^(Features|Words|Summary|Random sentence|Story):/m.test(text)
    ? `write ${END_OF_TEXT} after each record`
    : SEPARATOR.todo;
  return new Error(
    `Cannot read ${
      escaped(path)
    }: expected ${END_OF_TEXT} between records but found no separator in ` +
      `${lines} lines: ${todo}`,
  );
}

/** The file may begin inside a separator: what is left of it, at least `|>`, is no text. */
function withoutRest(text: string): { text: string; begins?: true } {
  for (let from = 1; from <= END_OF_TEXT.length - 2; from++) {
    if (text.startsWith(END_OF_TEXT.slice(from))) {
      return { text: text.slice(END_OF_TEXT.length - from) };
    }
  }
  return { text, begins: true };
}

/** The file may end inside a separator: then the record before is whole. */
function withoutBegin(text: string): { text: string; open?: true } {
  for (let to = END_OF_TEXT.length - 1; to >= 2; to--) {
    if (text.endsWith(END_OF_TEXT.slice(0, to))) return { text: text.slice(0, -to) };
  }
  return { text, open: true };
}

async function* idStories(source: ByteSource): AsyncGenerator<StoryText, void> {
  for await (const part of idParts(source)) {
    const story = decodeStory(part);
    if (part.at === 0) yield { ...story, begins: true };
    else yield part.ended ? story : { ...story, cut: "end" };
  }
}

async function* jsonStories(source: ByteSource): AsyncGenerator<StoryText, void> {
  for await (const { text, broken, cut } of jsonLines(source)) {
    const flags = { ...(broken && { broken }), ...(cut && { cut }) };
    const texts = text.split(END_OF_TEXT);
    if (texts.length > 1 && texts.at(-1)!.trim() === "") texts.pop();
    for (const text of texts) yield { text, ...flags };
  }
}

/** How files begin that are no text. */
const MAGIC: [name: string, bytes: number[]][] = [
  ["UTF-16", [0xff, 0xfe]],
  ["UTF-16", [0xfe, 0xff]],
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["Parquet", [0x50, 0x41, 0x52, 0x31]],
];

async function refuseOther(source: ByteSource): Promise<void> {
  const head = await source.read(0, Math.min(4, source.size));
  const found = MAGIC.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte));
  if (found === undefined) return;
  const [format] = found;
  throw new Error(
    `Cannot read ${escaped(source.name)}: expected UTF-8 text but found other bytes, those of ` +
      `${format}: ` +
      (format === "Parquet" ? "name the file *.parquet" : "convert the file to UTF-8 text"),
  );
}
