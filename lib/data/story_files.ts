/**
 * The texts of a file's records, one after the other, and what can be seen of how the file was cut
 * out of a larger one.
 *
 * @module
 */
import { escaped } from "../io/show.ts";
import { jsonLines } from "./json_lines.ts";
import { readPieces, splitBytes } from "./split_bytes.ts";
import { idParts } from "./story_ids.ts";
import { decodeStory, type StoryText } from "./story_text.ts";

const END_OF_TEXT = "<|endoftext|>";

/**
 * The records of a file in order, blank ones too. Throws when it is missing, empty or not of its
 * format.
 */
export async function* readStories(path: string): AsyncGenerator<StoryText, void> {
  const format = /\.(bin|jsonl|ndjson)$/i.exec(path)?.[1].toLowerCase();
  let empty = true;
  if (format !== "bin") await refuseOther(path);
  const found = format === "bin"
    ? idStories(path)
    : format === undefined
    ? textStories(path)
    : jsonStories(path);
  for await (const story of found) {
    if (story.text.trim() !== "") empty = false;
    yield story;
  }
  if (empty) {
    throw new Error(
      `Cannot read ${escaped(path)}: expected stories but found none: check the file`,
    );
  }
}

const SEPARATOR = {
  bytes: new TextEncoder().encode(END_OF_TEXT),
  words: END_OF_TEXT,
  todo: `write ${END_OF_TEXT} between the stories, or one story a line as {"text": "..."} in a ` +
    "file *.jsonl",
};

async function* textStories(path: string): AsyncGenerator<StoryText, void> {
  for await (const part of splitBytes(path, SEPARATOR)) {
    const story = decodeStory(part);
    const { at, ended } = part;
    if (at === 0 && !ended && story.text.trim() !== "") throw noSeparator(path, story.text);
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

async function* idStories(path: string): AsyncGenerator<StoryText, void> {
  for await (const part of idParts(path)) {
    const story = decodeStory(part);
    if (part.at === 0) yield { ...story, begins: true };
    else yield part.ended ? story : { ...story, cut: "end" };
  }
}

async function* jsonStories(path: string): AsyncGenerator<StoryText, void> {
  for await (const { text, broken, cut } of jsonLines(path)) {
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

async function refuseOther(path: string): Promise<void> {
  for await (const piece of readPieces(path)) {
    const found = MAGIC.find(([, bytes]) => bytes.every((byte, i) => piece[i] === byte));
    if (found === undefined) return;
    throw new Error(
      `Cannot read ${escaped(path)}: expected UTF-8 text but found other bytes, those of ${
        found[0]
      }: ` +
        "convert the file to UTF-8 text",
    );
  }
}
