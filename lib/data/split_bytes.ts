/**
 * The bytes of a file in parts with a separator between them. It is read in pieces and each byte is
 * looked at once, so that a file larger than memory costs only what is taken from it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { type ByteSource, readPieces } from "../io/byte_source.ts";
import { escaped } from "../io/show.ts";

/** `at`: where the part begins in the file. `ended`: a separator stands after it. */
export type Part = { bytes: Uint8Array; at: number; ended: boolean };

/**
 * A record longer than the longest novels is no record, but a file whose separators are missing.
 */
export const LONGEST_RECORD = 4 << 20;

/** What stands between the parts; `words` and `todo` are for the error that none came. */
export type Separator = { bytes: Uint8Array; words: string; todo: string };

/**
 * All parts of a file in order, the last one too where it is empty. Throws on a part that does not
 * end.
 */
export async function* splitBytes(
  source: ByteSource,
  { bytes: separator, words, todo }: Separator,
): AsyncGenerator<Part, void> {
  const reach = separator.length - 1; // a separator may lie across two pieces
  let parts: Uint8Array[] = [], length = 0, at = 0;
  let tail = Buffer.alloc(0);
  const add = (bytes: Uint8Array) => {
    parts.push(bytes);
    length += bytes.length;
    if (length <= LONGEST_RECORD) return;
    throw new Error(
      `Cannot read ${
        escaped(source.name)
      }: expected ${words} after at most ${LONGEST_RECORD} bytes but found ` +
        `none from byte ${at} on: ${todo}`,
    );
  };
  const take = (skipped: number, ended: boolean): Part => {
    const part = { bytes: new Uint8Array(Buffer.concat(parts)), at, ended };
    at += length + skipped;
    [parts, length] = [[], 0];
    return part;
  };
  for await (const piece of readPieces(source)) {
    const chunk = Buffer.concat([tail, piece]);
    let from = 0;
    for (let to = chunk.indexOf(separator); to !== -1; to = chunk.indexOf(separator, from)) {
      add(chunk.subarray(from, to));
      yield take(separator.length, true);
      from = to + separator.length;
    }
    const kept = Math.max(from, chunk.length - reach);
    add(chunk.subarray(from, kept));
    tail = chunk.subarray(kept);
  }
  add(tail);
  yield take(0, false);
}
