/** Files of GPT-2 ids: uint16, little-endian, 50256 after each story. @module */
import { escaped } from "../io/show.ts";
import { type ByteSource, readPieces } from "../io/byte_source.ts";
import { LONGEST_RECORD, type Part } from "./split_bytes.ts";
import { EOS, tokenBytes } from "./tokenizers/gpt2.ts";

/** How a file of numpy.save begins; as ids, its head would read as a story. */
const NUMPY = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * The bytes of the stories of an id file; `at` counts ids. Throws on numbers that are not ids and
 * where no story ends.
 */
export async function* idParts(source: ByteSource): AsyncGenerator<Part, void> {
  const path = source.name;
  let story: number[] = [];
  let position = 0, at = 0, zeros = 0;
  let low: number | undefined; // the first byte of a pair, when a piece ends inside the pair
  for await (const piece of readPieces(source)) {
    if (position === 0 && NUMPY.every((byte, i) => piece[i] === byte)) {
      throw new Error(
        `Cannot read ${
          escaped(path)
        }: expected uint16 little-endian GPT-2 ids without a head but ` +
          "found a NumPy array with its head: write it with ids.astype('<u2').tofile(file)",
      );
    }
    for (const byte of piece) {
      if (low === undefined) {
        low = byte;
        continue;
      }
      const id = low | byte << 8;
      low = undefined;
      if (id > EOS) {
        throw new Error(
          `Cannot read ${
            escaped(path)
          }: expected GPT-2 ids up to ${EOS} but found ${id} at position ` +
            `${position}: the file must hold uint16 little-endian GPT-2 ids without a head`,
        );
      }
      if (position % 2 === 1 && id === 0) zeros++;
      position++;
      if (id !== EOS) {
        story.push(id);
        if (story.length > LONGEST_RECORD) throw noEnd(path, at, story.length);
        continue;
      }
      if (position > 16 && zeros === position >> 1) {
        throw new Error(
          `Cannot read ${
            escaped(path)
          }: expected uint16 ids but found every second one 0, as in a file ` +
            "of 32 bits an id: convert it to uint16",
        );
      }
      yield { bytes: tokenBytes(story), at, ended: true };
      [story, at] = [[], position];
    }
  }
  if (low !== undefined) {
    throw new Error(
      `Cannot read ${escaped(path)}: expected two bytes for each id but found ${
        2 * position + 1
      } bytes, ` +
        `the file is truncated: fetch it again`,
    );
  }
  if (story.length === 0) return;
  if (at === 0) throw noEnd(path, at, story.length);
  yield { bytes: tokenBytes(story), at, ended: false };
}

function noEnd(path: string, at: number, found: number): Error {
  return new Error(
    `Cannot read ${escaped(path)}: expected ${EOS} after each story but found ${found} ids after ` +
      `${at === 0 ? "the last one" : `position ${at}`}, the file seems truncated: ` +
      `fetch it again or end each story with ${EOS}`,
  );
}
