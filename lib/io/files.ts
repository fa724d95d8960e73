/**
 * Files that are either whole or absent: written to a temporary name beside the target, flushed to
 * the disk, then renamed.
 *
 * @module
 */
import { dirname } from "node:path";
import { repeatedKey } from "./json_keys.ts";
import { expectPath, MOST_JSON, readBytes } from "./regular_files.ts";
import { escaped, show } from "./show.ts";

/** What a file is to hold: bytes, text, or pieces of bytes one behind the other. */
export type Content = Uint8Array | string | readonly Uint8Array[];

/** Writes content as a whole file; a crash on the way leaves the earlier file as it was. */
export async function writeWhole(path: string, content: Content): Promise<void> {
  const pieces = typeof content === "string"
    ? [new TextEncoder().encode(content)]
    : content instanceof Uint8Array
    ? [content]
    : content;
  await expectReplaceable(path);
  const temporary = temporaryName(path);
  await guardDisk(path, async () => {
    await Deno.mkdir(dirname(path), { recursive: true });
    try {
      await writeFlushed(temporary, pieces);
      await Deno.rename(temporary, path);
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      throw error;
    }
  });
}

/**
 * A name beside `path` that no other process on any machine chooses. Only a name: it is in no
 * result.
 */
export function temporaryName(path: string): string {
  return `${path}.tmp-${crypto.randomUUID()}`;
}

/** Writes a value as JSON with two spaces of indentation, as a whole file. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeWhole(path, jsonText(value));
}

/** What writeJson writes. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) + "\n";
}

/**
 * Reads a JSON file. Throws when it is missing, no regular file or no JSON. The caller checks what
 * is in it.
 */
// deno-lint-ignore no-explicit-any -- the shape belongs to the caller, as with JSON.parse
export async function readJson(path: string): Promise<any> {
  const bytes = await readBytes(path, { most: MOST_JSON, what: "JSON file" });
  const text = new TextDecoder().decode(bytes);
  const fail = (expected: string, found: string): never => {
    throw new Error(
      `Cannot read ${escaped(path)}: expected ${expected} but found ${escaped(found)}: ` +
        `restore the file, or delete it and make it again`,
    );
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail("JSON", (error as Error).message);
  }
  const repeated = repeatedKey(text);
  return repeated === undefined ? value : fail("each key once", `${show(repeated)} twice`);
}

/**
 * Throws the error that writing `path` would end with, before the work that is to be written.
 * `inputs` are files that this work reads: none of them may be replaced, by whatever name, link or
 * path.
 */
export async function checkWritable(path: string, inputs: readonly string[] = []): Promise<void> {
  await expectReplaceable(path);
  for (const input of inputs) {
    if (!await sameFile(path, input)) continue;
    throw writeError(path, `the file that is read as ${input}`);
  }
  const temporary = temporaryName(path);
  await guardDisk(path, async () => {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(temporary, new Uint8Array());
    await Deno.remove(temporary);
  });
}

/** Whether anything stands under this name: a file, a folder, a link that leads nowhere. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}

/** Removes a file, or with `recursive` a folder and all in it; one that is not there is as good. */
export async function removeIfThere(path: string, options: Deno.RemoveOptions = {}): Promise<void> {
  try {
    await Deno.remove(path, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Whether two names lead to one file: as paths, by a symbolic or by a hard link. False where one is
 * not there.
 */
async function sameFile(a: string, b: string): Promise<boolean> {
  try {
    const [x, y] = [await Deno.stat(a), await Deno.stat(b)];
    if (x.ino !== null && x.ino === y.ino && x.dev === y.dev) return true;
    return await Deno.realPath(a) === await Deno.realPath(b);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP"].includes(codeOf(error)!)) return false;
    throw error;
  }
}

/** A file that is renamed over a folder fails; over a device or a pipe it would replace it. */
async function expectReplaceable(path: string): Promise<void> {
  expectPath("write a file", path);
  const found = await Deno.stat(path).catch(() => undefined);
  if (found === undefined || found.isFile) return;
  throw writeError(path, found.isDirectory ? "a folder" : "a device or a pipe");
}

/**
 * Runs something that writes `path`; a full disk or a place for no file becomes an error that says
 * what to do.
 */
export async function guardDisk<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (NO_PLACE.has(codeOf(error)!)) throw writeError(path, (error as Error).message);
    if (isSystems(error)) throw writeError(path, "a place of the system's own");
    if (codeOf(error) !== "ENOSPC" && codeOf(error) !== "EDQUOT") throw error;
    throw new Error(
      `Cannot write ${
        escaped(path)
      }: expected room on the disk but found it full: nothing that was ` +
        `finished is lost; free some space and run the same command again, it goes on from there`,
      { cause: error },
    );
  }
}

/** Flushes what was written to a file or a folder to the disk, where the system can. */
export async function flush(path: string): Promise<void> {
  try {
    using file = await Deno.open(path);
    await file.sync();
  } catch {
    // Some systems cannot flush a folder; the rename is then as safe as they make it.
  }
}

async function writeFlushed(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  for (const bytes of pieces) {
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  }
  await file.sync();
}

/**
 * Codes of paths where no file can be: no such folder, a file for a folder, no permission, too
 * long, links in a circle.
 */
const NO_PLACE = new Set(
  ["ENOENT", "ENOTDIR", "EEXIST", "EISDIR", "EACCES", "EPERM", "EROFS", "ENAMETOOLONG", "ELOOP"],
);

/** Deno lets no program write below /dev, /proc or /sys, and advises to allow everything. */
function isSystems(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable && /^Requires all access/.test(error.message);
}

function writeError(path: string, found: string): Error {
  return new Error(
    `Cannot write ${escaped(path)}: expected a place for a file but found ${
      escaped(found)
    }: name another file`,
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as Error & { code?: string }).code : undefined;
}
