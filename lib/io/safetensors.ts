/**
 * Safetensors, the format of Hugging Face checkpoints (github.com/huggingface/safetensors):
 *
 *   8 bytes, length of the header, little-endian
 *   the header, JSON: name -> { dtype, shape, data_offsets [begin, end) }, __metadata__ text -> text
 *   the data, without a hole
 *
 * F32 is read as it is, F16 and BF16 exactly, F64 rounded to float32; other types are refused.
 * Written is F32 in the order of the names: equal tensors give equal bytes.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeSafetensors, parseSafetensors } from "./safetensors.ts";
 * const b_enc = { shape: [2], data: Float32Array.of(1, 2) };
 * assertEquals(parseSafetensors(encodeSafetensors({ b_enc })).tensors.get("b_enc"), b_enc);
 * ```
 * @module
 */
import { toFloat32, widthOf } from "./dtypes.ts";
import { readBytes } from "./files.ts";
import { type HostArray, sizeOf } from "./host_array.ts";
import { repeatedKey } from "./json_keys.ts";

export { encodeSafetensors, writeSafetensors } from "./encode_safetensors.ts";
export { expectTensors } from "./expect_tensors.ts";

const MAX_HEADER = 100_000_000; // the limit of the reference implementation

/** What a file holds: its tensors in the order of their data, and its free texts. */
export type Safetensors = { tensors: Map<string, HostArray>; metadata: Record<string, string> };

/**
 * `file` names the source in errors. `skip` chooses tensors by name that are checked but not read, such
 * as the boolean attention masks that older GPT-Neo checkpoints carry.
 */
export type ParseOptions = { file?: string; skip?: (name: string) => boolean };

/** Reads safetensors bytes. Throws on anything that the format forbids. */
export function parseSafetensors(
  bytes: Uint8Array,
  { file = "safetensors", skip = () => false }: ParseOptions = {},
): Safetensors {
  const fail: Fail = refuse(file);
  const { header, data } = splitHeader(bytes, fail);
  const entries = readEntries(header, fail);
  checkLayout(entries, data.length, fail);
  const tensors = new Map<string, HostArray>();
  for (const { name, dtype, shape, begin, end } of entries) {
    if (skip(name)) continue;
    const values = toFloat32(data.subarray(begin, end), dtype);
    if (values === undefined) {
      fail(`dtype F32, F16, BF16 or F64 of tensor ${name}`, dtype, "convert it to float32");
    }
    if (dtype === "F64" && tooLarge(data.subarray(begin, end), values)) {
      fail(`float64 values of ${name} within float32`, "a larger one", "scale the tensor");
    }
    tensors.set(name, { shape, data: values });
  }
  return { tensors, metadata: readMetadata(header, fail) };
}

/** Reads a safetensors file. Throws when it is missing, and as parseSafetensors does. */
export async function readSafetensors(
  path: string,
  options: ParseOptions = {},
): Promise<Safetensors> {
  return parseSafetensors(await readBytes(path), { file: path, ...options });
}

type Fail = (expected: string, found: unknown, remedy?: string) => never;
type Entry = { name: string; dtype: string; shape: number[]; begin: number; end: number };

const FETCH_AGAIN = "fetch or write the file again";

function refuse(file: string): Fail {
  return (expected, found, remedy = FETCH_AGAIN) => {
    throw new Error(`Cannot read ${file}: expected ${expected} but found ${found}: ${remedy}`);
  };
}

function splitHeader(bytes: Uint8Array, fail: Fail) {
  if (bytes.length < 8) fail("8 bytes with the header's length", `${bytes.length} bytes in all`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER) {
    fail(`a header of at most ${MAX_HEADER} bytes`, `${length}`, "is this a safetensors file?");
  }
  const start = 8 + Number(length);
  if (start > bytes.length) {
    fail(`a header of ${length} bytes`, `${bytes.length - 8} bytes, the file is truncated`);
  }
  return { header: parseHeader(bytes.subarray(8, start), fail), data: bytes.subarray(start) };
}

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let text: string, header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    return fail("a header in JSON", (error as Error).message);
  }
  if (!isObject(header) || text[0] !== "{") return fail("a header that is a JSON object", text[0]);
  const repeated = repeatedKey(text);
  if (repeated !== undefined) fail("each key once in the header", `${repeated} twice`);
  return header;
}

function readEntries(header: Record<string, unknown>, fail: Fail): Entry[] {
  return Object.entries(header).filter(([name]) => name !== "__metadata__")
    .map(([name, info]) => readEntry(name, info, fail))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
}

function readEntry(name: string, info: unknown, fail: Fail): Entry {
  if (!isObject(info) || Object.keys(info).sort().join() !== "data_offsets,dtype,shape") {
    return fail(`dtype, shape and data_offsets of tensor ${name}`, JSON.stringify(info));
  }
  const { dtype, shape, data_offsets: offsets } = info;
  if (!isCounts(shape) || !Number.isSafeInteger(sizeOf(shape))) {
    return fail(`a shape of whole numbers for tensor ${name}`, JSON.stringify(shape));
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    return fail(`data_offsets [begin, end] of tensor ${name}`, JSON.stringify(offsets));
  }
  const width = widthOf(dtype);
  if (width === undefined) {
    return fail(`a dtype of the format for tensor ${name}`, JSON.stringify(dtype));
  }
  const [begin, end] = offsets;
  if (sizeOf(shape) * width !== end - begin) {
    const size = `${sizeOf(shape) * width} bytes for ${dtype} [${shape}]`;
    fail(`${size} in tensor ${name}`, `${end - begin} bytes`);
  }
  return { name, dtype: dtype as string, shape, begin, end };
}

/** The tensors must fill the data from its first byte to its last, one after the other. */
function checkLayout(entries: Entry[], length: number, fail: Fail): void {
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (end > length) {
      const found = `${length} bytes of data, the file is truncated or its offsets are wrong`;
      fail(`tensor ${name} at bytes ${begin} to ${end}`, found);
    }
    if (begin < at) fail(`tensor ${name} to begin at byte ${at}`, `${begin}, an overlap`);
    if (begin > at) fail(`tensor ${name} to begin at byte ${at}`, `${begin}, a hole`);
    at = end;
  }
  if (at !== length) fail(`${at} bytes of data`, `${length}, bytes that belong to no tensor`);
}

function readMetadata(header: Record<string, unknown>, fail: Fail): Record<string, string> {
  const metadata = header.__metadata__ ?? {};
  if (!isObject(metadata) || Object.values(metadata).some((text) => typeof text !== "string")) {
    return fail("__metadata__ of texts", JSON.stringify(metadata));
  }
  return metadata as Record<string, string>;
}

/** Whether a finite float64 became infinite in float32. */
function tooLarge(source: Uint8Array, values: Float32Array): boolean {
  const doubles = new Float64Array(source.slice().buffer);
  return values.some((value, i) => !Number.isFinite(value) && Number.isFinite(doubles[i]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
