/**
 * A source whose bytes are far away, with those that were read kept on this disk: what is read twice
 * comes once, and a reading that was cut goes on where it was.
 *
 *   <folder>/size.json           bytes of the whole, and of one block
 *   <folder>/<block>-<sha256>    a block, whole or absent; the last one may be shorter
 *
 * The folder's name must stand for the bytes: a commit and a path in it, never a branch. A block is
 * compared with its hash before it is used, since disks err; one that differs is read again. Two
 * processes may read and write at once: they write the same.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ByteRange, ByteSource } from "./byte_source.ts";
import { exactly, expectForm, whole } from "./form.ts";
import { exists, guardDisk, readJson, removeIfThere, writeJson, writeWhole } from "./files.ts";
import { readBytes } from "./regular_files.ts";
import { escaped } from "./show.ts";

/** Bytes of one block: large enough for few questions, small enough to waste little of one. */
const BLOCK = 4 << 20;

const BLOCK_NAME = /^(\d+)-[0-9a-f]{64}$/;

/** What is kept of a source: its size is known without asking for it again. */
const SIZE = exactly({ size: whole(), block: whole(1) });

/**
 * `after`: how many of so many bytes after the end, of the next files, are missing.
 * `expectRoom` throws where so many bytes more have no room. `onProgress` hears before and after each
 * block how many bytes came so far, and how many will at least; neither is called for blocks that
 * are kept already.
 */
export type KeepOptions = {
  folder: string;
  block?: number;
  onNote?: (text: string) => void;
  after?: (bytes: number) => Promise<number>;
  expectRoom?: (bytes: number) => Promise<void>;
  onProgress?: (progress: { done: number; total: number }) => void;
};

/**
 * `source` with its blocks kept in `folder`. `source.read` is asked for whole blocks alone, and for
 * none before all that is foreseen has room. Closing closes both.
 */
export async function keepRanges(
  source: ByteSource,
  { folder, block = BLOCK, onNote, after, expectRoom, onProgress }: KeepOptions,
): Promise<ByteSource> {
  const { name, size } = source;
  const kept = await openKept(folder, { size, block, onNote });
  const blocks = new Map(kept);
  let foreseen: readonly ByteRange[] = [];
  let done = 0;
  const ask = async (at: number, { from, to }: { from: number; to: number }) => {
    const here = missingBytes([...foreseen, [from, to]], { size, block, kept: blocks });
    const beyond = Math.max(0, ...foreseen.map(([, to]) => to - size));
    const missing = here + (beyond > 0 && after ? await after(beyond) : 0);
    await expectRoom?.(missing);
    const total = done + missing;
    onProgress?.({ done, total });
    const bytes = await source.read(from, to);
    blocks.set(at, await writeBlock(folder, at, bytes));
    done += to - from;
    onProgress?.({ done, total });
    return bytes;
  };
  let last: { at: number; bytes: Uint8Array<ArrayBuffer> } | undefined; // pieces are smaller than blocks
  const blockAt = async (at: number) => {
    if (last?.at === at) return last.bytes;
    const from = at * block, length = Math.min(size, from + block) - from;
    const stored = await readBlock(folder, { file: blocks.get(at), length, onNote });
    if (stored === undefined) blocks.delete(at);
    const bytes = stored ?? await ask(at, { from, to: from + length });
    last = { at, bytes };
    return bytes;
  };
  return {
    name,
    size,
    async read(from, to) {
      const bytes = new Uint8Array(to - from);
      for (let at = Math.floor(from / block); at * block < to; at++) {
        const begin = at * block, found = await blockAt(at);
        const part = found.subarray(Math.max(0, from - begin), to - begin);
        bytes.set(part, Math.max(from, begin) - from);
      }
      return bytes;
    },
    foresee(ranges) {
      foreseen = ranges;
    },
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

/** Bytes that a folder keeps, whatever they are. */
export async function keptBytes(folder: string): Promise<number> {
  if (!await exists(folder)) return 0;
  let bytes = 0;
  for await (const { name } of Deno.readDir(folder)) {
    if (!BLOCK_NAME.test(name)) continue;
    bytes += await Deno.stat(join(folder, name)).then(({ size }) => size, () => 0); // just removed
  }
  return bytes;
}

/** Bytes of all blocks that the ranges touch and that are not kept. */
function missingBytes(
  ranges: readonly ByteRange[],
  { size, block, kept }: { size: number; block: number; kept: ReadonlyMap<number, string> },
): number {
  const spans = ranges.map(([from, to]) => ({
    first: Math.floor(from / block),
    end: Math.ceil(Math.min(to, size) / block),
  })).sort((a, b) => a.first - b.first);
  let bytes = 0, next = 0; // the first block that is not counted yet
  for (const span of spans) {
    const first = Math.max(next, span.first), { end } = span;
    if (end <= first) continue;
    bytes += Math.min(size, end * block) - first * block;
    for (const at of kept.keys()) {
      if (at >= first && at < end) bytes -= Math.min(size, (at + 1) * block) - at * block;
    }
    next = end;
  }
  return bytes;
}

/** Names of the files of blocks by their number; what a folder holds of another size is dropped. */
async function openKept(
  folder: string,
  { size, block, onNote }: { size: number; block: number; onNote?: (text: string) => void },
): Promise<Map<number, string>> {
  const about = join(folder, "size.json");
  const found = await exists(about) ? await readSize(about) : undefined;
  const other = found !== undefined && (found.size !== size || found.block !== block);
  if (other) {
    onNote?.(`${folder}: kept of a file of ${found.size} bytes, now of ${size}: read again`);
    await guardDisk(folder, () => removeIfThere(folder, { recursive: true }));
  }
  if (other || found === undefined) await writeJson(about, { size, block });
  const blocks = new Map<number, string>();
  for await (const { name } of Deno.readDir(folder)) {
    const [, at] = BLOCK_NAME.exec(name) ?? [];
    if (at !== undefined) blocks.set(Number(at), name);
  }
  return blocks;
}

async function readSize(path: string): Promise<{ size: number; block: number }> {
  const todo = "remove its folder, and the file is read again";
  return expectForm(`use ${escaped(path)}`, await readJson(path), SIZE, todo);
}

/** The bytes of a kept block, undefined where there is none or not the one that was written. */
async function readBlock(
  folder: string,
  { file, length, onNote }: { file?: string; length: number; onNote?: (text: string) => void },
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (file === undefined) return undefined;
  const path = join(folder, file);
  const bytes = await readBytes(path, { most: BLOCK + length }).catch((error) => {
    if (/found none|found \d+/.test((error as Error).message)) return undefined; // removed, or grown
    throw error;
  });
  if (bytes?.length === length && file.endsWith(`-${sha256(bytes)}`)) return bytes;
  onNote?.(`${path}: damaged, read again`);
  await removeIfThere(path);
  return undefined;
}

async function writeBlock(
  folder: string,
  at: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const name = `${at}-${sha256(bytes)}`;
  await writeWhole(join(folder, name), bytes);
  return name;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
