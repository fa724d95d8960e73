/**
 * Safetensors, the format of Hugging Face checkpoints (github.com/huggingface/safetensors):
 *
 *   8 bytes, length of the header, little-endian
 *   the header, JSON: name -> { dtype, shape, data_offsets [begin, end) }, __metadata__ text -> text
 *   the data, without a hole
 *
 * F32 is read as it is, F16 and BF16 exactly, F64 rounded to float32. BOOL and whole numbers are
 * read exactly where the caller says that a tensor may hold them; other types are refused. No
 * tensor is left out: a caller takes each one, checks it, or refuses it (expectShapes).
 *
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
import { decodeValues } from "./decode_values.ts";
import { expectEnd, openRegular, readNext } from "./regular_files.ts";
import type { HostArray } from "./host_array.ts";
import { type Entry, type Fail, failing, headerLength, readHeader } from "./safetensors_header.ts";

export { encodeSafetensors, writeSafetensors } from "./encode_safetensors.ts";

/** What a file holds: all its tensors in the order of their data, and its free texts. */
export type Safetensors = { tensors: Map<string, HostArray>; metadata: Record<string, string> };

/**
 * What the head of a file says of a tensor. Tensors of one storage have the same `shared`, where a
 * format has storages.
 */
export type TensorInfo = { dtype: string; shape: number[]; shared?: string };

/** How strictly a safetensors file is read. */
export type ParseOptions = {
  /** Names the source in errors. */
  file?: string;
  /**
   * Which tensors may hold BOOL or whole numbers, such as the masks that older GPT-Neo checkpoints
   * carry.
   */
  integers?: (name: string) => boolean;
  /**
   * Sees all names, types and shapes before any value is read; throws where they are not what it
   * needs.
   */
  inspect?: (header: Map<string, TensorInfo>) => void;
};

/** Most bytes of a file: more than any model that this library runs. */
const MOST_BYTES = 2 ** 34;

/** Reads safetensors bytes. Throws on anything that the format forbids. */
export function parseSafetensors(
  bytes: Uint8Array,
  { file = "safetensors", ...options }: ParseOptions = {},
): Safetensors {
  const fail = failing(file);
  const start = 8 + headerLength(bytes, bytes.length, fail);
  const { entries, metadata } = readHeader(bytes.subarray(8, start), bytes.length - start, fail);
  options.inspect?.(infoOf(entries));
  const tensors = new Map<string, HostArray>();
  for (const entry of entries) {
    const own = bytes.subarray(start + entry.begin, start + entry.end);
    const data = decodeValues(entry, own, { fail, ...options });
    tensors.set(entry.name, { shape: entry.shape, data });
  }
  return { tensors, metadata };
}

/**
 * Reads a safetensors file. Throws when it is missing or no regular file, and as parseSafetensors
 * does; the header is checked against the file's size, and by `inspect`, before memory is taken for
 * the data, which is read tensor by tensor: no file lies in memory twice.
 */
export async function readSafetensors(
  path: string,
  { file: name = path, ...options }: ParseOptions = {},
): Promise<Safetensors> {
  const fail = failing(name), opened = await openHeader(path, fail);
  using file = opened.file;
  const { header: { entries, metadata }, size } = opened;
  options.inspect?.(infoOf(entries));
  if (size > MOST_BYTES) fail(`at most ${MOST_BYTES} bytes`, size, "take a smaller model");
  const tensors = new Map<string, HostArray>();
  for (const entry of entries) {
    const bytes = await readNext(path, { file, size: entry.end - entry.begin });
    const data = decodeValues(entry, bytes, { fail, ...options });
    tensors.set(entry.name, { shape: entry.shape, data });
  }
  await expectEnd(path, file);
  return { tensors, metadata };
}

/** What the header of a safetensors file says of its tensors. Throws as readSafetensors does. */
export async function safetensorsHeader(path: string): Promise<Map<string, TensorInfo>> {
  const opened = await openHeader(path, failing(path));
  using _ = opened.file;
  return infoOf(opened.header.entries);
}

async function openHeader(path: string, fail: Fail) {
  const { file, size } = await openRegular(path);
  try {
    const start = 8 +
      headerLength(await readNext(path, { file, size: Math.min(8, size) }), size, fail);
    const bytes = await readNext(path, { file, size: start - 8 });
    return { file, size, header: readHeader(bytes, size - start, fail) };
  } catch (error) {
    file.close();
    throw error;
  }
}

function infoOf(entries: Entry[]): Map<string, TensorInfo> {
  return new Map(entries.map(({ name, dtype, shape }) => [name, { dtype, shape }]));
}
