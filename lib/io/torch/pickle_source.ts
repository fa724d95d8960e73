/**
 * The bytes of a pickle, taken one after the other. Every length that they claim is held against
 * what is there before memory is taken.
 *
 * @module
 */
import type { Fail } from "../safetensors_header.ts";

/** Most bytes of a pickle; a tensor takes some 200. */
export const MOST_PICKLE = 2 ** 24;

/** Longest line of a text opcode: a name of Python, a number in digits. */
const LONGEST_LINE = 1000;

/** Longest whole number; the longest of torch.save is the ten bytes of its mark. */
const LONGEST_INTEGER = 16;

/**
 * `bytes` are what was read so far of `size`; `more(count)` gives a longer beginning, of at least
 * `count` bytes.
 */
export type PickleSource = {
  bytes: Uint8Array;
  at: number;
  size: number;
  more?: (count: number) => Uint8Array;
  fail: Fail;
};

/** The next `count` bytes, in the memory of the source. */
export function take(source: PickleSource, count: number): Uint8Array {
  const { at, size, fail } = source, end = at + count;
  if (end > size) fail(`${count} bytes at byte ${at} of its pickle`, `${size - at}, its end`);
  if (end > MOST_PICKLE) {
    fail(`a pickle of at most ${MOST_PICKLE} bytes`, "more", "save the tensors as safetensors");
  }
  if (end > source.bytes.length) source.bytes = source.more!(end);
  source.at = end;
  return source.bytes.subarray(at, end);
}

/** The next number of `width` bytes without sign, little-endian. */
export function takeCount(source: PickleSource, width: 1 | 2 | 4 | 8): number {
  let value = 0;
  for (const byte of take(source, width).toReversed()) value = value * 256 + byte;
  return value; // from 2^53 no longer exact, and then larger than any file
}

/** The next number of 4 bytes with sign. */
export function takeInt32(source: PickleSource): number {
  const bytes = take(source, 4);
  return new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
}

/** The next number of 8 bytes, big-endian as this format has it. */
export function takeFloat64(source: PickleSource): number {
  const bytes = take(source, 8);
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, false);
}

/** The next whole number of `length` bytes with sign. */
export function takeInteger(source: PickleSource, length: number): number | bigint {
  if (length > LONGEST_INTEGER) {
    source.fail(`whole numbers of at most ${LONGEST_INTEGER} bytes`, `one of ${length}`);
  }
  let value = 0n;
  for (const byte of take(source, length).toReversed()) value = value * 256n + BigInt(byte);
  return plain(BigInt.asIntN(8 * length, value));
}

/** The next text of `length` bytes of UTF-8. */
export function takeText(source: PickleSource, length: number): string {
  const bytes = take(source, length);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return source.fail("texts in UTF-8", "one that is not");
  }
}

/** The next line, without its end. */
export function takeLine(source: PickleSource): string {
  const from = source.at;
  for (let length = 0; length <= LONGEST_LINE; length++) {
    if (take(source, 1)[0] !== 10) continue;
    source.at = from;
    const line = takeText(source, length);
    source.at++;
    return line;
  }
  return source.fail(`lines of at most ${LONGEST_LINE} bytes`, "a longer one");
}

/** A whole number written in digits, with an L behind it or without. */
export function digits(source: PickleSource, line: string): number | bigint {
  const [, found] = /^(-?\d{1,38})L?$/.exec(line) ?? [];
  if (found === undefined) source.fail("a whole number in digits", `${line.length} characters`);
  return plain(BigInt(found));
}

/** A number where it is exact, else a bigint. */
function plain(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
