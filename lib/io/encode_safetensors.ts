/**
 * The writing half of safetensors.ts.
 *
 * @module
 */
import { writeWhole } from "./files.ts";
import { type HostArray, sizeOf } from "./host_array.ts";
import { show, showName } from "./show.ts";

/** The bytes of a file with these tensors as F32, in the order of their names. */
export function encodeSafetensors(
  tensors: Record<string, HostArray>,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  const pieces = safetensorsPieces(tensors, metadata);
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * The same one behind the other: the header, then each tensor's own memory, so that a model to be
 * written does not lie in memory twice.
 */
export function safetensorsPieces(
  tensors: Record<string, HostArray>,
  metadata: Record<string, string> = {},
): Uint8Array[] {
  checkMetadata(metadata);
  const names = Object.keys(tensors).sort();
  const sortedMetadata = Object.fromEntries(Object.entries(metadata).sort(byName));
  const header: [string, unknown][] = Object.keys(metadata).length === 0
    ? []
    : [["__metadata__", sortedMetadata]];
  let end = 0;
  for (const name of names) {
    const { shape, data } = tensors[name];
    checkTensor(name, tensors[name]);
    const begin = end;
    end += data.byteLength;
    header.push([name, { dtype: "F32", shape, data_offsets: [begin, end] }]);
  }
  const fields = header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const text = new TextEncoder().encode(`{${fields.join(",")}}`);
  const padded = Math.ceil(text.length / 8) * 8; // the data then begins at a multiple of 8
  const head = new Uint8Array(8 + padded);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.fill(0x20, 8).set(text, 8);
  const values = names.map((name) => tensors[name].data);
  return [head, ...values.map((v) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength))];
}

/** Writes a safetensors file whole or not at all. */
export async function writeSafetensors(
  path: string,
  tensors: Record<string, HostArray>,
  metadata: Record<string, string> = {},
): Promise<void> {
  await writeWhole(path, safetensorsPieces(tensors, metadata));
}

function checkTensor(name: string, { shape, data }: HostArray): void {
  const expect = (expected: string, found: string) => {
    throw new RangeError(
      `Cannot write tensor ${showName(name)}: expected ${expected} but found ${found}: ` +
        `give shape and data of one tensor`,
    );
  };
  if (name === "__metadata__") expect("the name of a tensor", "the name of the free texts");
  if (!(data instanceof Float32Array)) expect("data as a Float32Array", show(data));
  if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    expect("a shape of whole numbers from 0", show(shape));
  }
  if (sizeOf(shape) !== data.length) {
    expect(`${sizeOf(shape)} values for shape [${shape}]`, `${data.length}`);
  }
}

function checkMetadata(metadata: Record<string, string>): void {
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text === "string") continue;
    throw new RangeError(
      `Cannot write a tensor file: expected metadata of texts but found ${show(text)} for ` +
        `${showName(name)}: write it as a text`,
    );
  }
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
