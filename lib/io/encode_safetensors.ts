/**
 * The writing half of safetensors.ts.
 *
 * @module
 */
import { writeWhole } from "./files.ts";
import { type HostArray, sizeOf } from "./host_array.ts";
import { showName } from "./show.ts";

/** The bytes of a file with these tensors as F32, in the order of their names. */
export function encodeSafetensors(
  tensors: Record<string, HostArray>,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  const names = Object.keys(tensors).sort();
  const sortedMetadata = Object.fromEntries(Object.entries(metadata).sort(byName));
  const header: [string, unknown][] = Object.keys(metadata).length === 0
    ? []
    : [["__metadata__", sortedMetadata]];
  let end = 0;
  for (const name of names) {
    const { shape, data } = tensors[name];
    if (name === "__metadata__" || sizeOf(shape) !== data.length) {
      throw new RangeError(
        `Cannot write tensor ${showName(name)}: expected ${
          sizeOf(shape)
        } values for shape [${shape}] ` +
          `but found ${data.length}: give shape and data of one tensor`,
      );
    }
    const begin = end;
    end += data.byteLength;
    header.push([name, { dtype: "F32", shape, data_offsets: [begin, end] }]);
  }
  const fields = header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const text = new TextEncoder().encode(`{${fields.join(",")}}`);
  const padded = Math.ceil(text.length / 8) * 8; // the data then begins at a multiple of 8
  const bytes = new Uint8Array(8 + padded + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(padded), true);
  bytes.fill(0x20, 8, 8 + padded).set(text, 8);
  const values = new Float32Array(bytes.buffer, 8 + padded, end / 4);
  let at = 0;
  for (const name of names) {
    values.set(tensors[name].data, at);
    at += tensors[name].data.length;
  }
  return bytes;
}

/** Writes a safetensors file whole or not at all. */
export async function writeSafetensors(
  path: string,
  tensors: Record<string, HostArray>,
  metadata: Record<string, string> = {},
): Promise<void> {
  await writeWhole(path, encodeSafetensors(tensors, metadata));
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
