/**
 * What a folder holds, told by hashes: whether its files are still those that were written.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

/** Path below the folder, with slashes -> SHA-256 in hexadecimal digits, or why there is none. */
export type Contents = Record<string, string>;

/** Bytes that are read at once. */
const PIECE = 1 << 20;

/**
 * The hash of every file of a folder and the folders in it, sorted by path; read piece by piece,
 * since models are larger than memory should be. `except` is left out, and so are names that begin
 * with a dot: they belong to the system (.DS_Store, .nfs...).
 */
export async function contentsOf(folder: string, except?: string): Promise<Contents> {
  const found: [string, string][] = [];
  for await (const path of filesIn(folder, "")) {
    if (path === except) continue;
    const hash = await hashOfFile(join(folder, path));
    if (hash !== undefined) found.push([path, hash]);
  }
  return Object.fromEntries(found.sort(([a], [b]) => a < b ? -1 : 1));
}

/**
 * What is wrong with `found`, in words for "but found ...", or undefined where it equals `written`.
 */
export function damageIn(written: Contents, found: Contents): string | undefined {
  const names = [...new Set([...Object.keys(written), ...Object.keys(found)])].sort();
  const damages = names.flatMap((name) => {
    if (!(name in found)) return [`no ${name}`];
    if (!(name in written)) return [`${name} besides`];
    if (!/^[0-9a-f]{64}$/.test(found[name])) return [`${name} to be ${found[name]}`];
    return written[name] === found[name] ? [] : [`other bytes in ${name}`];
  });
  if (damages.length <= 3) return damages.length > 0 ? damages.join(", ") : undefined;
  return `${damages.slice(0, 3).join(", ")} and ${damages.length - 3} more`;
}

async function* filesIn(folder: string, below: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    if (name.startsWith(".")) continue;
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory) yield* filesIn(folder, path);
    else yield path;
  }
}

/** The SHA-256 of a file; undefined where there is no such file any more, why not where it has none. */
export async function hashOfFile(path: string): Promise<string | undefined> {
  try {
    // A pipe would be waited for, a device read without end.
    if (!(await Deno.stat(path)).isFile) return "no regular file";
    using file = await Deno.open(path);
    const hash = createHash("sha256");
    const piece = new Uint8Array(PIECE);
    for (let n; (n = await file.read(piece)) !== null;) hash.update(piece.subarray(0, n));
    return hash.digest("hex");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (isRefusal(error)) throw error;
    return `unreadable (${(error as Error).message})`;
  }
}

/** Whether a file may not be looked at, which says nothing about its bytes. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable;
}
