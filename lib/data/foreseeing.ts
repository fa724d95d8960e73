/**
 * How much of a file will be read, judged by what was read of it.
 * @module
 */
import type { ByteSource } from "../io/byte_source.ts";

/** How many standard errors the estimate may lie above the truth, so that it stays below it. */
const ERRORS = 3;

/**
 * Bytes that `left` more records will take at the least: as many each as the `taken` ones took of
 * the first `bytes`, less three standard errors of that mean, where sizes vary by as much as their
 * mean. 0 where too few are known to say.
 */
export function bytesAhead(
  { bytes, taken, left }: { bytes: number; taken: number; left: number },
): number {
  if (taken <= ERRORS ** 2) return 0;
  return Math.floor(left * (bytes / taken) * (1 - ERRORS / Math.sqrt(taken)));
}

/**
 * A source that is read from its beginning to where `left` is none, and that hears before each piece
 * how far that will be.
 */
export function foreseeing(source: ByteSource, left: () => number): ByteSource {
  if (source.foresee === undefined) return source;
  const all = left();
  return {
    ...source,
    async read(from, to) {
      const ahead = bytesAhead({ bytes: from, taken: all - left(), left: left() });
      source.foresee?.([[from, Math.max(to, from + ahead)]]);
      return await source.read(from, to);
    },
  };
}
