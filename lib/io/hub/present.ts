/**
 * Files that the cache has, whoever left them there. Each is compared with its size and its hash
 * before it is used: disks err, downloads of other programs break off, files get edited.
 * @module
 */
import { exists } from "../files.ts";
import { escaped } from "../show.ts";
import { type Hub, hubError } from "./hub.ts";
import { type Layout, pathIn } from "./layout.ts";
import { linkBlob } from "./link.ts";
import { damageOf, type Entry, wordsFor } from "./verify.ts";

/**
 * Whether the snapshot of a commit has the file, whole. A blob that is there already, of another
 * revision or by another program, is linked. A damaged one is said and counts as missing.
 */
export async function isPresent(
  hub: Hub,
  layout: Layout,
  { commit, entry }: { commit: string; entry: Entry },
): Promise<boolean> {
  const snapshot = layout.snapshot(commit);
  if (await isWhole(hub, pathIn(snapshot, entry.path), entry)) return true;
  const blob = layout.blob(entry.etag);
  if (!await isWhole(hub, blob, entry)) return false;
  await linkBlob(blob, { snapshot, ...entry });
  return true;
}

/** Throws for a damaged file where nothing may be asked: it cannot be had anew. */
async function isWhole(hub: Hub, path: string, entry: Entry): Promise<boolean> {
  if (!await exists(path) || !await leadsToFile(path)) return false;
  const found = await damageOf(path, entry);
  if (found === undefined) return true;
  const damage = { expected: wordsFor(entry), found: `${found} in ${escaped(path)}` };
  if (hub.environment.offline) {
    throw hubError(hub, { ...damage, todo: "fetch it again, without HF_HUB_OFFLINE" });
  }
  hub.onNote(hubError(hub, { ...damage, todo: "it is fetched again" }).message);
  return false;
}

/** A link may lead nowhere: its blob was deleted. */
async function leadsToFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}
