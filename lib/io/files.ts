/**
 * Files that are either whole or absent: written to a temporary name beside the target, flushed to
 * the disk, then renamed.
 *
 * @module
 */
import { dirname } from "node:path";

/** Writes bytes or text as a whole file; a crash on the way leaves the earlier file as it was. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const temporary = `${path}.tmp-${Deno.pid}`;
  await guardDisk(path, async () => {
    await Deno.mkdir(dirname(path), { recursive: true });
    try {
      await writeFlushed(temporary, bytes);
      await Deno.rename(temporary, path);
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      throw error;
    }
  });
}

/** Writes a value as JSON with two spaces of indentation, as a whole file. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeWhole(path, JSON.stringify(value, null, 2) + "\n");
}

/** Reads a JSON file. Throws when it is missing or no JSON. The caller checks what is in it. */
// deno-lint-ignore no-explicit-any -- the shape belongs to the caller, as with JSON.parse
export async function readJson(path: string): Promise<any> {
  const text = new TextDecoder().decode(await readBytes(path));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(
      `Cannot read ${path}: expected JSON but found ${(error as Error).message}: ` +
        `restore the file, or delete it and make it again`,
    );
  }
}

/** Reads a whole file. Throws a plain sentence when there is none. */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw readError(path, error);
  }
}

/** The error to throw when a file could not be opened or read. */
export function readError(path: string, error: unknown): unknown {
  if (error instanceof Deno.errors.NotFound) {
    return new Error(`Cannot read ${path}: expected a file but found none: check the path`);
  }
  if (error instanceof Deno.errors.IsADirectory || codeOf(error) === "EISDIR") {
    return new Error(`Cannot read ${path}: expected a file but found a folder: name a file in it`);
  }
  return error;
}

/** Throws the error that writing `path` would end with, before the work that is to be written. */
export async function checkWritable(path: string): Promise<void> {
  const { isDirectory } = await Deno.stat(path).catch(() => ({ isDirectory: false }));
  if (isDirectory) throw writeError(path, "a folder");
  const temporary = `${path}.tmp-${Deno.pid}`;
  await guardDisk(path, async () => {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(temporary, new Uint8Array());
    await Deno.remove(temporary);
  });
}

/** Runs something that writes `path`; a full disk or a place for no file becomes an error that says what to do. */
export async function guardDisk<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (NO_PLACE.has(codeOf(error)!)) throw writeError(path, (error as Error).message);
    if (codeOf(error) !== "ENOSPC" && codeOf(error) !== "EDQUOT") throw error;
    throw new Error(
      `Cannot write ${path}: expected room on the disk but found it full: nothing that was ` +
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

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  await file.sync();
}

/** Codes of paths where no file can be: no such folder, a file for a folder, no permission. */
const NO_PLACE = new Set(["ENOENT", "ENOTDIR", "EEXIST", "EISDIR", "EACCES", "EPERM", "EROFS"]);

function writeError(path: string, found: string): Error {
  return new Error(
    `Cannot write ${path}: expected a place for a file but found ${found}: name another file`,
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as Error & { code?: string }).code : undefined;
}
