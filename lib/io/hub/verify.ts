/**
 * Whether a file is the one that the hub speaks of: its size, and the hash that names it. Large
 * files are named by their SHA-256, small ones by the SHA-1 that git gives them.
 * @module
 */
import { createHash } from "node:crypto";
import { openRegular } from "../regular_files.ts";
import { SHA256 } from "./names.ts";

/** A file of a commit: its path, its bytes, its hash. */
export type Entry = { path: string; size: number; etag: string };

/** Bytes that are read at a time. */
const PIECE = 2 ** 20;

/** What is wrong with the file at `path`, in words after "found"; nothing where it is `entry`. */
export async function damageOf(path: string, entry: Entry): Promise<string | undefined> {
  const { file, size } = await openRegular(path);
  using open = file;
  if (size !== entry.size) return `${size} bytes`;
  const found = await hashOf(open, entry);
  return found === entry.etag ? undefined : `${hashName(entry)} ${found}`;
}

/** What the file should be, in words after "expected". */
export function wordsFor(entry: Entry): string {
  return `${entry.path} to have ${entry.size} bytes and ${hashName(entry)} ${entry.etag}`;
}

function hashName({ etag }: Entry): string {
  return SHA256.test(etag) ? "SHA-256" : "git's SHA-1";
}

async function hashOf(file: Deno.FsFile, { size, etag }: Entry): Promise<string> {
  const hash = SHA256.test(etag)
    ? createHash("sha256")
    : createHash("sha1").update(`blob ${size}\0`);
  const piece = new Uint8Array(PIECE);
  for (let n = await file.read(piece); n !== null; n = await file.read(piece)) {
    hash.update(piece.subarray(0, n));
  }
  return hash.digest("hex");
}
