/**
 * The head of a safetensors file: what it says of its tensors, checked against the format before
 * any value is read.
 *
 * @module
 */
import { widthOf } from "./dtypes.ts";
import { sizeOf } from "./host_array.ts";
import { repeatedKey } from "./json_keys.ts";
import { refusePointer } from "./lfs_pointer.ts";
import { escaped, show, showName } from "./show.ts";

const MAX_HEADER = 100_000_000; // the limit of the reference implementation

/** Throws an error that names the file. */
export type Fail = (expected: string, found: unknown, remedy?: string) => never;

/** A tensor's place in the data of its file. */
export type Entry = { name: string; dtype: string; shape: number[]; begin: number; end: number };

/** Entries in the order of their data, and the free texts. */
export type Header = { entries: Entry[]; metadata: Record<string, string> };

/** How errors about a file are said. */
export function failing(file: string): Fail {
  return (expected, found, remedy = "fetch or write the file again") => {
    throw new Error(
      `Cannot read ${escaped(file)}: expected ${expected} but found ${found}: ${remedy}`,
    );
  };
}

/** The length of the header in a file of `size` bytes, from its first eight. */
export function headerLength(bytes: Uint8Array, size: number, fail: Fail): number {
  if (size < 8) fail("8 bytes with the header's length", `${size} bytes in all`);
  refusePointer(bytes, fail);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER) {
    fail(`a header of at most ${MAX_HEADER} bytes`, `${length}`, "is this a safetensors file?");
  }
  if (8 + Number(length) > size) {
    fail(`a header of ${length} bytes`, `${size - 8} bytes, the file is truncated`);
  }
  return Number(length);
}

/**
 * Reads the header of a file with so many bytes of data. Throws on anything that the format
 * forbids.
 */
export function readHeader(bytes: Uint8Array, dataLength: number, fail: Fail): Header {
  const header = parseHeader(bytes, fail);
  const entries = readEntries(header, fail);
  checkLayout(entries, dataLength, fail);
  return { entries, metadata: readMetadata(header, fail) };
}

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let text: string, header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    return fail("a header in JSON", escaped((error as Error).message));
  }
  if (!isObject(header) || text[0] !== "{") {
    return fail("a header that is a JSON object", show(text[0]));
  }
  const repeated = repeatedKey(text);
  if (repeated !== undefined) fail("each key once in the header", `${showName(repeated)} twice`);
  return header;
}

function readEntries(header: Record<string, unknown>, fail: Fail): Entry[] {
  return Object.entries(header).filter(([name]) => name !== "__metadata__")
    .map(([name, info]) => readEntry(name, info, fail))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
}

function readEntry(name: string, info: unknown, fail: Fail): Entry {
  if (!isObject(info) || Object.keys(info).sort().join() !== "data_offsets,dtype,shape") {
    return fail(`dtype, shape and data_offsets of tensor ${showName(name)}`, show(info));
  }
  const { dtype, shape, data_offsets: offsets } = info;
  if (!isCounts(shape) || !Number.isSafeInteger(sizeOf(shape))) {
    return fail(`a shape of whole numbers for tensor ${showName(name)}`, show(shape));
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    return fail(`data_offsets [begin, end] of tensor ${showName(name)}`, show(offsets));
  }
  const width = widthOf(dtype);
  if (width === undefined) {
    return fail(`a dtype of the format for tensor ${showName(name)}`, show(dtype));
  }
  const [begin, end] = offsets;
  if (sizeOf(shape) * width !== end - begin) {
    const size = `${sizeOf(shape) * width} bytes for ${dtype} [${shape}]`;
    fail(`${size} in tensor ${showName(name)}`, `${end - begin} bytes`);
  }
  return { name, dtype: dtype as string, shape, begin, end };
}

/** The tensors must fill the data from its first byte to its last, one after the other. */
function checkLayout(entries: Entry[], length: number, fail: Fail): void {
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (end > length) {
      const found = `${length} bytes of data, the file is truncated or its offsets are wrong`;
      fail(`tensor ${showName(name)} at bytes ${begin} to ${end}`, found);
    }
    if (begin < at) fail(`tensor ${showName(name)} to begin at byte ${at}`, `${begin}, an overlap`);
    if (begin > at) fail(`tensor ${showName(name)} to begin at byte ${at}`, `${begin}, a hole`);
    at = end;
  }
  if (at !== length) fail(`${at} bytes of data`, `${length}, bytes that belong to no tensor`);
}

function readMetadata(header: Record<string, unknown>, fail: Fail): Record<string, string> {
  const metadata = header.__metadata__ ?? {};
  if (!isObject(metadata) || Object.values(metadata).some((text) => typeof text !== "string")) {
    return fail("__metadata__ of texts", show(metadata));
  }
  return metadata as Record<string, string>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
