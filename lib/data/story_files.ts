/**
 * Story files, read in pieces, so that a file larger than memory costs only the stories taken from it.
 *
 * @module
 */
import { readError } from "../io/files.ts";
import { decode, EOS } from "./tokens.ts";

const SEPARATOR = "<|endoftext|>";

/** The texts of a file's records, in order. Throws when it is missing, empty, truncated or malformed. */
export async function* readStories(path: string): AsyncGenerator<string, void> {
  let empty = true;
  for await (const text of path.endsWith(".bin") ? idStories(path) : textStories(path)) {
    if (text.trim() === "") continue;
    empty = false;
    yield text;
  }
  if (empty) {
    throw new Error(`Cannot read ${path}: expected stories but found none: check the file`);
  }
}

async function* textStories(path: string): AsyncGenerator<string, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decodePiece = (piece?: Uint8Array) => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      throw new Error(
        `Cannot read ${path}: expected UTF-8 text but found other bytes: ` +
          `name a file of GPT-2 ids *.bin, or convert the text`,
      );
    }
  };
  let rest = "";
  for await (const piece of pieces(path)) {
    const texts = (rest + decodePiece(piece)).split(SEPARATOR);
    rest = texts.pop()!;
    yield* texts.map((text) => text.replaceAll("\r\n", "\n"));
  }
  const last = (rest + decodePiece()).trim();
  if (last !== "" && !/[.!?]["'”’)*]*$/.test(last)) {
    const tail = JSON.stringify(last.slice(-30));
    throw new Error(
      `Cannot read ${path}: expected the end of a sentence or ${SEPARATOR} at the end ` +
        `but found ${tail}, the file seems truncated: fetch it again or end the story`,
    );
  }
  yield last.replaceAll("\r\n", "\n");
}

async function* idStories(path: string): AsyncGenerator<string, void> {
  let story: number[] = [];
  let position = 0;
  let low: number | undefined; // the first byte of a pair, when a piece ends inside the pair
  for await (const piece of pieces(path)) {
    for (const byte of piece) {
      if (low === undefined) {
        low = byte;
        continue;
      }
      const id = low | byte << 8;
      low = undefined;
      if (id > EOS) {
        throw new Error(
          `Cannot read ${path}: expected GPT-2 ids up to ${EOS} but found ${id} at position ` +
            `${position}: the file must hold uint16 little-endian GPT-2 ids without a head`,
        );
      }
      position++;
      if (id !== EOS) story.push(id);
      else {
        yield decode(story);
        story = [];
      }
    }
  }
  if (low !== undefined) {
    throw new Error(
      `Cannot read ${path}: expected two bytes for each id but found ${2 * position + 1} bytes, ` +
        `the file is truncated: fetch it again`,
    );
  }
  if (story.length > 0) {
    throw new Error(
      `Cannot read ${path}: expected ${EOS} after each story but found ${story.length} ids after ` +
        `the last one, the file seems truncated: fetch it again or end it with ${EOS}`,
    );
  }
}

async function* pieces(path: string): AsyncGenerator<Uint8Array, void> {
  try {
    using file = await Deno.open(path);
    const buffer = new Uint8Array(1 << 20);
    for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
      yield buffer.subarray(0, n);
    }
  } catch (error) {
    throw readError(path, error);
  }
}
