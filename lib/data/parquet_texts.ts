/**
 * The texts of one column of a Parquet file. Its footer is read, then one row group after the other,
 * and of each the bytes of that column alone.
 *
 * @module
 */
import {
  type AsyncBuffer,
  type ColumnMetaData,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "npm:hyparquet@1.33.0";
import { compressors } from "npm:hyparquet-compressors@1.1.2";
import type { ByteRange, ByteSource } from "../io/byte_source.ts";
import { escaped, show } from "../io/show.ts";
import { END_OF_TEXT, type StoryText } from "./story_text.ts";

/** Columns that hold a story where none is named, the first of them that is there. */
const DEFAULT_COLUMNS = ["text", "story"];

/** Most bytes of one column in one row group: all of its texts are in memory at once. */
const MOST_COLUMN = 1 << 30;

/** Most bytes of a footer; that of ten thousand row groups has a few million. */
const MOST_FOOTER = 64 << 20;

/**
 * One text for each row; a row without a value gives an empty one. Throws where the file is no whole
 * Parquet file, where it has no such column, naming those that it has, and where the column is no
 * text. `left`: how many rows are still asked for, at least.
 */
export async function* parquetTexts(
  source: ByteSource,
  { column, left }: { column?: string; left?: () => number } = {},
): AsyncGenerator<StoryText, void> {
  await expectParquet(source);
  const file = asBuffer(source);
  const { metadata, name } = await guarded(source, "a footer", async () => {
    const metadata = await parquetMetadataAsync(file);
    return { metadata, name: chooseColumn(source, metadata, column) };
  });
  let rowStart = 0;
  for (const [i, group] of metadata.row_groups.entries()) {
    const rowEnd = rowStart + Number(group.num_rows);
    if (rowEnd === rowStart) continue;
    if (left) {
      source.foresee?.(columnRanges(metadata, { size: source.size, group: i, name, rows: left() }));
    }
    const what = `row group ${i} of column ${show(name)}`;
    const rows = await guarded(source, what, async () => {
      expectModest(source, { metadata, group: i, name });
      return await parquetReadObjects({
        file,
        metadata,
        columns: [name],
        rowStart,
        rowEnd,
        compressors: COMPRESSORS,
        parsers: { stringFromBytes: storyOf },
      });
    });
    for (const row of rows) {
      const story = (row[name] as StoryText | null | undefined) ?? { text: "" };
      if (story.text.trim() === END_OF_TEXT) throw linesForRecords(source, name);
      yield story;
    }
    rowStart = rowEnd;
  }
}

/** As the hub shows a text file: its lines as rows. */
function linesForRecords(source: ByteSource, name: string): Error {
  return new Error(
    `Cannot read ${escaped(source.name)}: expected a whole record in each row of column ` +
      `${show(name)} but found a row with ${END_OF_TEXT} alone, so that rows are lines: name the ` +
      "text file that it was made of",
  );
}

function storyOf(bytes?: Uint8Array): StoryText | undefined {
  if (bytes === undefined) return undefined;
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { text: new TextDecoder().decode(bytes), broken: true };
  }
}

function asBuffer(source: ByteSource): AsyncBuffer {
  return {
    byteLength: source.size,
    async slice(from, to = source.size) {
      const { buffer, byteOffset, byteLength } = await source.read(from, to);
      return buffer.byteLength === byteLength
        ? buffer
        : buffer.slice(byteOffset, byteOffset + byteLength);
    },
  };
}

/** Refuses what a page claims to unpack to before room is made for it. */
const COMPRESSORS = Object.fromEntries(
  Object.entries(compressors).map(([name, unpack]) => [
    name,
    (input: Uint8Array, length: number) => {
      if (length > MOST_COLUMN) throw new RangeError(`a page that claims ${length} bytes`);
      return unpack!(input, length);
    },
  ]),
);

const MAGIC = "PAR1";
const LEAST = 12; // the mark twice, and the length of the footer

async function expectParquet(source: ByteSource): Promise<void> {
  const fail = (expected: string, found: string): never => {
    throw new Error(
      `Cannot read ${escaped(source.name)}: expected ${expected} but found ${found}: ` +
        "fetch the file again, or give it the name of its format",
    );
  };
  if (source.size < LEAST) fail("a Parquet file", `${source.size} bytes`);
  const word = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
  const first = word(await source.read(0, 4));
  if (first !== MAGIC) fail(`a Parquet file, which begins with ${MAGIC},`, show(first));
  const end = await source.read(source.size - 8, source.size);
  const last = word(end.subarray(4));
  if (last !== MAGIC) fail(`${MAGIC} at the end of a Parquet file`, `${show(last)}, it is cut`);
  const footer = new DataView(end.buffer, end.byteOffset).getUint32(0, true);
  const most = Math.min(MOST_FOOTER, source.size - LEAST);
  if (footer > most) fail(`a footer of at most ${most} bytes`, `a claim of ${footer}`);
}

/** The errors of the reader are about bytes: ours say which, and what to do. */
async function guarded<T>(source: ByteSource, what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const { message } = error as Error;
    if (/^Cannot [^]*: expected /.test(message)) throw error; // of the source itself
    throw new Error(
      `Cannot read ${escaped(source.name)}: expected ${what} that is whole but found ` +
        `"${escaped(message)}": fetch the file again`,
      { cause: error },
    );
  }
}

function chooseColumn(source: ByteSource, metadata: FileMetaData, wanted?: string): string {
  const columns = parquetSchema(metadata).children;
  const texts = columns.filter(isText).map(({ element }) => element.name);
  const names = wanted === undefined ? DEFAULT_COLUMNS : [wanted];
  const name = names.find((name) => texts.includes(name));
  if (name !== undefined) return name;
  const there = columns.map(({ element: { name, type, num_children } }) =>
    texts.includes(name)
      ? show(name)
      : `${show(name)} (${num_children ? "nested" : `${type}, no text`})`
  );
  throw new RangeError(
    `Cannot read ${escaped(source.name)}: expected a column of text ${
      names.map(show).join(" or ")
    } but found ${there.join(", ") || "no columns"}: name one of text after the file, as in ` +
      `FILE.parquet#${DEFAULT_COLUMNS[0]}`,
  );
}

type Column = ReturnType<typeof parquetSchema>["children"][number];

/** A text a row: neither a list nor bytes of another kind. */
function isText({ element }: Column): boolean {
  const { type, converted_type, logical_type, repetition_type } = element;
  return type === "BYTE_ARRAY" && repetition_type !== "REPEATED" &&
    (converted_type === "UTF8" || logical_type?.type === "STRING");
}

/**
 * Where the column's bytes of the next row groups lie, of as few as have so many rows. Rows that this
 * file has not lie beyond its end, with as many bytes each as those here.
 */
function columnRanges(
  metadata: FileMetaData,
  { size, group, name, rows }: { size: number; group: number; name: string; rows: number },
): ByteRange[] {
  const ranges: ByteRange[] = [];
  let found = 0, bytes = 0;
  for (let i = group; i < metadata.row_groups.length && found < rows; i++) {
    found += Number(metadata.row_groups[i].num_rows);
    const about = columnOf(metadata, { group: i, name });
    if (about === undefined) continue;
    const from = Number(about.dictionary_page_offset ?? about.data_page_offset);
    const length = Number(about.total_compressed_size);
    ranges.push([from, from + length]);
    bytes += length;
  }
  if (found < rows) ranges.push([size, size + Math.floor(bytes / found * (rows - found))]);
  return ranges;
}

function columnOf(
  metadata: FileMetaData,
  { group, name }: { group: number; name: string },
): ColumnMetaData | undefined {
  return metadata.row_groups[group].columns.find(({ meta_data }) =>
    meta_data?.path_in_schema[0] === name
  )?.meta_data;
}

function expectModest(
  source: ByteSource,
  { metadata, group, name }: { metadata: FileMetaData; group: number; name: string },
): void {
  const bytes = Number(columnOf(metadata, { group, name })?.total_uncompressed_size ?? 0);
  if (bytes <= MOST_COLUMN) return;
  throw new RangeError(
    `Cannot read ${escaped(source.name)}: expected row groups of at most ${MOST_COLUMN} bytes a ` +
      `column but found ${bytes} in group ${group}: write the file with smaller row groups`,
  );
}
