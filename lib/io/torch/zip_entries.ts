/**
 * The entries of a zip archive whose bytes lie in it as they are. @zip.js/zip.js reads the
 * directory and the local headers (zip64, overlaps, ends) by ranges of the file; what torch.save
 * never writes is refused here: compressed or encrypted entries, two of one name.
 *
 * @module
 */
import {
  type Entry,
  type FileEntry,
  Reader,
  ZipReader,
} from "npm:@zip.js/zip.js@2.24.0/lib/zip-core-custom.js";
import { readAt } from "../regular_files.ts";
import type { Fail } from "../safetensors_header.ts";
import { escaped, showName } from "../show.ts";

/** An entry: its size, and its bytes, read when they are asked for. */
export type StoredEntry = { size: number; read(): Promise<Uint8Array<ArrayBuffer>> };

/** Most entries: one for each storage, so more than any model's tensors. */
const MOST_ENTRIES = 100_000;

/** The entries of an open file by name, in the order of its directory. */
export async function storedEntries(
  path: string,
  { file, size, fail }: { file: Deno.FsFile; size: number; fail: Fail },
): Promise<Map<string, StoredEntry>> {
  const source = Object.assign(new Reader<undefined>(undefined), {
    size,
    readUint8Array: (at: number, length: number) =>
      readAt(path, { file, at, size: Math.max(0, Math.min(length, size - at)) }),
  });
  const zip = new ZipReader(source, {
    strictness: "balanced", // torch's own archives claim a newer zip64 than they have, so not "strict"
    checkOverlappingEntry: true,
    useWebWorkers: false,
  });
  const guard = async <T>(read: () => Promise<T>) => {
    try {
      return await read();
    } catch (error) {
      return fail("a zip archive as torch.save writes it", escaped((error as Error).message));
    }
  };
  const entries = new Map<string, StoredEntry>();
  for (const entry of await guard(() => zip.getEntries())) {
    const name = entry.filename, fault = faultOf(entry, size);
    if (fault !== undefined) {
      fail(`entries as torch.save writes them`, `${showName(name)}, ${fault}`);
    }
    if (entries.has(name)) fail("each entry once", `${showName(name)} twice`);
    if (entries.size === MOST_ENTRIES) fail(`at most ${MOST_ENTRIES} entries`, "more");
    entries.set(name, {
      size: entry.uncompressedSize,
      read: () => guard(() => bytesOf(entry as FileEntry)),
    });
  }
  return entries;
}

function faultOf(entry: Entry, size: number): string | undefined {
  if (entry.directory) return "a folder";
  if (entry.encrypted) return "encrypted";
  if (entry.compressionMethod !== 0) return `compressed to ${entry.compressedSize} bytes`;
  const { offset, compressedSize, uncompressedSize } = entry;
  if (compressedSize !== uncompressedSize) {
    return `of ${uncompressedSize} bytes in ${compressedSize}`;
  }
  return offset + compressedSize <= size ? undefined : "beyond the file's end";
}

async function bytesOf(entry: FileEntry): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(entry.uncompressedSize);
  let at = 0;
  await entry.getData(
    new WritableStream<Uint8Array>({
      write(piece) {
        bytes.set(piece, at);
        at += piece.length;
      },
    }),
  );
  if (at !== bytes.length) throw new Error(`an entry of ${bytes.length} bytes ended after ${at}`);
  return bytes;
}
