/**
 * Reading what can be read to its end: regular files, no larger than the reader can use. Pipes,
 * sockets and devices may never end, and a file of holes claims more bytes than any memory has: all
 * are refused before a byte is read.
 *
 * @module
 */
import { escaped, show } from "./show.ts";

/** Most bytes of a JSON file, unless its reader says otherwise. */
export const MOST_JSON = 100_000_000;

/** Throws `Cannot ${action}: ...` for what names no file and no folder. */
export function expectPath(action: string, path: unknown, name = "a file"): asserts path is string {
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return;
  throw new RangeError(
    `Cannot ${action}: expected a path but found ${show(path)}: name ${name}`,
  );
}

/**
 * The size in bytes of a regular file. Throws a plain sentence for none, a folder, a pipe, a socket
 * or a device.
 */
export async function regularSize(path: string): Promise<number> {
  expectPath("read a file", path);
  const found = await Deno.stat(path).catch((error) => {
    throw readError(path, error);
  });
  if (found.isDirectory) throw folderError(path);
  if (found.isFile) return found.size;
  const kind = found.isFifo ? "a pipe" : found.isSocket ? "a socket" : "a device";
  throw new Error(
    `Cannot read ${escaped(path)}: expected a regular file but found ${kind}: ` +
      `write its content into a file first`,
  );
}

/** Opens a regular file of at most `most` bytes; `what` names it in the error. */
export async function openRegular(
  path: string,
  { most = Infinity, what = "file" }: { most?: number; what?: string } = {},
): Promise<{ file: Deno.FsFile; size: number }> {
  const size = await regularSize(path);
  if (size > most) {
    throw new RangeError(
      `Cannot read ${escaped(path)}: expected a ${what} of at most ${most} bytes ` +
        `but found ${size}: check the path`,
    );
  }
  try {
    return { file: await Deno.open(path), size };
  } catch (error) {
    throw readError(path, error);
  }
}

/** The next `size` bytes of an open file. Throws where it ends before. */
export async function readNext(
  path: string,
  { file, size }: { file: Deno.FsFile; size: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = makeRoom(path, size);
  for (let done = 0; done < size;) {
    const read = await file.read(bytes.subarray(done)).catch((error) => {
      throw readError(path, error);
    });
    if (read === null) throw changed(path, size, `an end after ${done}`);
    done += read;
  }
  return bytes;
}

/** `size` bytes of an open file from byte `at`. Throws where it ends before. */
export async function readAt(
  path: string,
  { file, at, size }: { file: Deno.FsFile; at: number; size: number },
): Promise<Uint8Array<ArrayBuffer>> {
  await file.seek(at, Deno.SeekMode.Start);
  return await readNext(path, { file, size });
}

/** Bytes that are read at a time. */
const PIECE = 2 ** 20;

/** Hands over a whole regular file in pieces; each is overwritten by the next. */
export async function forEachPiece(
  path: string,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  const { file } = await openRegular(path);
  using open = file;
  const piece = new Uint8Array(PIECE);
  for (let n = await open.read(piece); n !== null; n = await open.read(piece)) {
    take(piece.subarray(0, n));
  }
}

/** Throws where an open file goes on: whoever writes it has not finished. */
export async function expectEnd(path: string, file: Deno.FsFile): Promise<void> {
  if (await file.read(new Uint8Array(1)) !== null) throw changed(path, "as many", "more");
}

/**
 * Reads a whole regular file of at most `most` bytes. Throws a plain sentence when there is none.
 */
export async function readBytes(
  path: string,
  limits: { most: number; what?: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const { file, size } = await openRegular(path, limits);
  using open = file;
  const bytes = await readNext(path, { file: open, size });
  await expectEnd(path, open);
  return bytes;
}

/** The error to throw when a file could not be opened or read. */
export function readError(path: string, error: unknown): unknown {
  const code = error instanceof Error ? (error as Error & { code?: string }).code : undefined;
  if (error instanceof Deno.errors.NotFound) {
    return new Error(
      `Cannot read ${escaped(path)}: expected a file but found none: check the path`,
    );
  }
  if (error instanceof Deno.errors.IsADirectory || code === "EISDIR") return folderError(path);
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  const found = (error as Error).message.replace(/: \w+ '[^]*$/, ""); // without the path again
  return new Error(
    `Cannot read ${escaped(path)}: expected a file that can be read but found ` +
      `"${escaped(found)}": check the path and its permissions`,
    { cause: error },
  );
}

function folderError(path: string): Error {
  return new Error(
    `Cannot read ${escaped(path)}: expected a file but found a folder: name a file in it`,
  );
}

function changed(path: string, expected: string | number, found: string): Error {
  return new Error(
    `Cannot read ${escaped(path)}: expected ${expected} bytes as its size says but found ` +
      `${found}: wait until nothing writes it, and read again`,
  );
}

function makeRoom(path: string, size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch {
    throw new RangeError(
      `Cannot read ${escaped(path)}: expected room in memory for the file but found too little ` +
        `for ${size} bytes: close other programs, or take a smaller file`,
    );
  }
}
