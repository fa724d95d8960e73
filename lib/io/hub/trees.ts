/**
 * The files of a commit, as Python's huggingface_hub keeps them from version 2 on. A commit never
 * changes, so its list is asked for once, and without a network tells what is missing.
 * @module
 */
import { exists, readJson, writeJson } from "../files.ts";
import { everyField, expectForm, having, maybe, where, whole } from "../form.ts";
import { escaped } from "../show.ts";
import { SHA1, SHA256 } from "./names.ts";
import type { Entry } from "./verify.ts";

const VERSION = 1;

const sha1 = where<string>("a SHA-1", (x) => typeof x === "string" && SHA1.test(x));
const sha256 = where<string>("a SHA-256", (x) => typeof x === "string" && SHA256.test(x));

/** What the hub says of a file. */
export const LISTED = having({
  size: whole(),
  oid: sha1,
  lfs: maybe(having({ oid: sha256, size: whole() })),
});
export type Listed = {
  path: string;
  size: number;
  oid: string;
  lfs?: { oid: string; size: number };
  xetHash?: string;
};

const STORED = having({
  size: whole(),
  blob_id: sha1,
  lfs_sha256: maybe(sha256),
  lfs_size: maybe(whole()),
});
const VERSIONED = having({ format_version: whole() });
const TREE = having({ files: everyField(STORED) });
type Stored = { size: number; blob_id: string; lfs_sha256?: string; lfs_size?: number };

/** The size and the name of the bytes of a listed file. */
export function entryOf({ path, size, oid, lfs }: Listed): Entry {
  return { path, size: lfs?.size ?? size, etag: lfs?.oid ?? oid };
}

/**
 * The list at `path`. None where there is none, or one of a version to come, or a damaged one, which
 * is said: it is asked for again then.
 */
export async function readTree(
  path: string,
  { onNote }: { onNote: (text: string) => void },
): Promise<Entry[] | undefined> {
  if (!await exists(path)) return undefined;
  let files: Record<string, Stored>;
  try {
    const tree = expectForm(`read ${escaped(path)}`, await readJson(path), VERSIONED);
    if (tree.format_version !== VERSION) return undefined;
    files = expectForm(`read ${escaped(path)}`, tree, TREE).files as Record<string, Stored>;
  } catch (error) {
    onNote((error as Error).message);
    return undefined;
  }
  return Object.entries(files).map(([path, { size, blob_id, lfs_sha256, lfs_size }]) => ({
    path,
    size: lfs_size ?? size,
    etag: lfs_sha256 ?? blob_id,
  }));
}

/** Keeps the whole list of a commit. */
export async function writeTree(path: string, listed: readonly Listed[]): Promise<void> {
  const sorted = [...listed].sort((a, b) => a.path < b.path ? -1 : 1);
  const files = sorted.map(({ path, size, oid, lfs, xetHash }) => [path, {
    size,
    blob_id: oid,
    ...(lfs && { lfs_sha256: lfs.oid, lfs_size: lfs.size }),
    ...(xetHash !== undefined && SHA256.test(xetHash) && { xet_hash: xetHash }),
  }]);
  await writeJson(path, { format_version: VERSION, files: Object.fromEntries(files) });
}
