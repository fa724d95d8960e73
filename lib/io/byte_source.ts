/**
 * Bytes of a known number that are read range by range, wherever they lie: a file of this machine,
 * one that a server holds, one of which some parts are here already.
 *
 * @module
 */
import { openRegular, readNext } from "./regular_files.ts";

/** Bytes from the first number up to, without, the second. */
export type ByteRange = readonly [from: number, to: number];

/**
 * `name`: what errors call it. `size`: bytes in all. `read`: those from `from` up to, without, `to`,
 * all of them or an error. `foresee`: hears which will be read next, at least, as far as can be told;
 * what lies beyond the end stands for the files after it. A source of which everything is here has none.
 */
export type ByteSource = Disposable & {
  name: string;
  size: number;
  read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>>;
  foresee?(ranges: readonly ByteRange[]): void;
};

/** Bytes of one piece, where a source is read from its beginning. */
const PIECE = 1 << 20;

/** A regular file of this machine. Throws a plain sentence when there is none. */
export async function fileSource(path: string): Promise<ByteSource> {
  const { file, size } = await openRegular(path);
  return {
    name: path,
    size,
    async read(from, to) {
      await file.seek(from, Deno.SeekMode.Start);
      return await readNext(path, { file, size: to - from });
    },
    [Symbol.dispose]: () => file.close(),
  };
}

/** All bytes in pieces of at most a mebibyte, in order, each of its own. */
export async function* readPieces(
  source: ByteSource,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  for (let from = 0; from < source.size; from += PIECE) {
    yield await source.read(from, Math.min(source.size, from + PIECE));
  }
}
