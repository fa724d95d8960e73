/**
 * What a snapshot in the cache holds, where no list of its commit is at hand.
 * @module
 */
import { basename, join } from "node:path";
import { SHA1, SHA256 } from "./names.ts";
import type { Entry } from "./verify.ts";

/** Folders in folders; a link in a circle would go on. */
const DEEPEST = 20;

/**
 * The files of a snapshot that `file` names, or all. Each is named by the hash of its blob; one that
 * is no link says nothing of its hash and is left out. Undefined where there is none.
 */
export async function snapshotEntries(
  snapshot: string,
  file?: string,
): Promise<Entry[] | undefined> {
  const entries = await entriesBelow(snapshot, file ?? "", 0);
  return entries.length > 0 ? entries : undefined;
}

async function entriesBelow(snapshot: string, path: string, depth: number): Promise<Entry[]> {
  const place = join(snapshot, ...path.split("/"));
  const found = await Deno.stat(place).catch(() => undefined); // a link may lead nowhere
  if (found?.isFile) {
    const etag = basename(await Deno.readLink(place).catch(() => ""));
    return SHA1.test(etag) || SHA256.test(etag) ? [{ path, size: found.size, etag }] : [];
  }
  if (!found?.isDirectory || depth > DEEPEST) return [];
  const entries: Entry[] = [];
  for await (const { name } of Deno.readDir(place)) {
    entries.push(...await entriesBelow(snapshot, path ? `${path}/${name}` : name, depth + 1));
  }
  return entries;
}
