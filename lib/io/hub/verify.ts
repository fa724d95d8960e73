/**
 * Whether a file is the one that the hub speaks of: its size, and the hash that names it. Large
 * files are named by their SHA-256, small ones by the SHA-1 that git gives them.
 * @module
 */
import { createHash } from "node:crypto";
import { forEachPiece, regularSize } from "../regular_files.ts";
import { SHA256 } from "./names.ts";

/** A file of a commit: its path, its bytes, its hash. */
export type Entry = { path: string; size: number; etag: string };

/** What is wrong with the file at `path`, in words after "found"; nothing where it is `entry`. */
export async function damageOf(path: string, entry: Entry): Promise<string | undefined> {
  const size = await regularSize(path);
  if (size !== entry.size) return `${size} bytes`;
  const hash = hashFor(entry);
  await forEachPiece(path, (piece) => hash.update(piece));
  const found = hash.digest("hex");
  return found === entry.etag ? undefined : `${hashName(entry)} ${found}`;
}

/** What the file should be, in words after "expected". */
export function wordsFor(entry: Entry): string {
  return `${entry.path} to have ${entry.size} bytes and ${hashName(entry)} ${entry.etag}`;
}

function hashName({ etag }: Entry): string {
  return SHA256.test(etag) ? "SHA-256" : "git's SHA-1";
}

function hashFor({ size, etag }: Entry) {
  return SHA256.test(etag) ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);
}
