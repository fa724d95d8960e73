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
import { integersToFloat32, toFloat32 } from "./dtypes.ts";
import { expectEnd, openRegular, readNext } from "./regular_files.ts";
import type { HostArray } from "./host_array.ts";
import {
  type Entry,
  type Fail,
  failing,
  type Header,
  headerLength,
  readHeader,
} from "./safetensors_header.ts";
import { showName } from "./show.ts";

export { encodeSafetensors, writeSafetensors } from "./encode_safetensors.ts";

/** What a file holds: all its tensors in the order of their data, and its free texts. */
export type Safetensors = { tensors: Map<string, HostArray>; metadata: Record<string, string> };

/** What the header says of a tensor. */
export type TensorInfo = { dtype: string; shape: number[] };

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
  const header = readHeader(bytes.subarray(8, start), bytes.length - start, fail);
  inspect(header, options);
  return decode(header, { data: bytes.subarray(start), fail, ...options });
}

/**
 * Reads a safetensors file. Throws when it is missing or no regular file, and as parseSafetensors
 * does; the header is checked against the file's size, and by `inspect`, before memory is taken for
 * the data.
 */
export async function readSafetensors(
  path: string,
  { file: name = path, ...options }: ParseOptions = {},
): Promise<Safetensors> {
  const fail = failing(name);
  const { file, size } = await openRegular(path);
  using open = file;
  const next = (size: number) => readNext(path, { file: open, size });
  const start = 8 + headerLength(await next(Math.min(8, size)), size, fail);
  const header = readHeader(await next(start - 8), size - start, fail);
  inspect(header, options);
  if (size > MOST_BYTES) fail(`at most ${MOST_BYTES} bytes`, size, "take a smaller model");
  const data = await next(size - start);
  await expectEnd(path, open);
  return decode(header, { data, fail, ...options });
}

function inspect({ entries }: Header, { inspect }: ParseOptions): void {
  inspect?.(new Map(entries.map(({ name, dtype, shape }) => [name, { dtype, shape }])));
}

function decode(
  { entries, metadata }: Header,
  { data, fail, integers = () => false }: ParseOptions & { data: Uint8Array; fail: Fail },
): Safetensors {
  const tensors = new Map<string, HostArray>();
  for (const entry of entries) {
    const bytes = data.subarray(entry.begin, entry.end);
    const values = toFloat32(bytes, entry.dtype) ?? wholeNumbers(entry, { bytes, fail, integers });
    if (entry.dtype === "F64" && tooLarge(bytes, values)) {
      fail(
        `float64 values of ${showName(entry.name)} within float32`,
        "a larger one",
        "scale the tensor",
      );
    }
    tensors.set(entry.name, { shape: entry.shape, data: values });
  }
  return { tensors, metadata };
}

function wholeNumbers(
  { name, dtype }: Entry,
  { bytes, fail, integers }: {
    bytes: Uint8Array;
    fail: Fail;
    integers: (name: string) => boolean;
  },
): Float32Array {
  if (!integers(name) || dtype.startsWith("F8")) {
    return fail(
      `dtype F32, F16, BF16 or F64 of tensor ${showName(name)}`,
      dtype,
      "convert it to float32",
    );
  }
  return integersToFloat32(bytes, dtype) ?? fail(
    `values of ${showName(name)} that ${dtype === "BOOL" ? "are 0 or 1" : "float32 holds exactly"}`,
    `others in ${dtype}`,
    "convert it to float32",
  );
}

/** Whether a finite float64 became infinite in float32. */
function tooLarge(source: Uint8Array, values: Float32Array): boolean {
  const doubles = new Float64Array(source.slice().buffer);
  return values.some((value, i) => !Number.isFinite(value) && Number.isFinite(doubles[i]));
}
