/**
 * Files of the hub, whole and checked, in the cache that all programs of Hugging Face share.
 *
 * The package `@huggingface/hub` finds commits and lists files. It does not download here: its
 * `snapshotDownload` begins a broken file anew, compares neither size nor hash, lets two processes
 * write into one temporary file, and knows neither HF_TOKEN nor HF_HUB_OFFLINE.
 * @module
 */
import { escaped } from "../show.ts";
import { commitOf, keepCommit } from "./commit.ts";
import { expectRoom } from "./disk.ts";
import { download } from "./download.ts";
import { type Hub, openHub } from "./hub.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { linkBlob } from "./link.ts";
import { entriesOf } from "./listing.ts";
import { noneChosen } from "./none_chosen.ts";
import { isPresent } from "./present.ts";
import { notCached } from "./reach.ts";
import type { Fetched, FetchOptions, HubSource } from "./types.ts";
import type { Entry } from "./verify.ts";

/**
 * Downloads what is missing of a source, and returns where it lies: the files of its commit that
 * `source.file` names (all by default) and that `files` chooses (all by default). Every one has the
 * size and the hash that the hub lists when this returns.
 *
 * A branch or tag is looked up on the hub each time; a commit that is in the cache asks nothing.
 * Throws one sentence for what the hub has not or refuses, for a disk without room, and where
 * neither the hub can be reached nor the cache has it.
 */
export async function fetchHub(source: HubSource, options: FetchOptions = {}): Promise<Fetched> {
  const hub = await openHub(source, options, ["files", "onProgress"]);
  const { files = () => true, onProgress = () => {} } = options;
  const layout = layoutOf(hub.environment, source);
  const commit = await commitOf(hub, layout);
  const entries = await entriesOf(hub, layout, commit);
  const all = entries.map(({ path }) => path);
  const chosen = entries.filter(({ path }) => files(path, all));
  if (chosen.length === 0) throw await noneChosen(hub, layout, { commit, all });
  const missing: Entry[] = [];
  for (const entry of chosen) {
    if (!await isPresent(hub, layout, { commit, entry })) missing.push(entry);
  }
  await downloadAll(hub, layout, { commit, missing, onProgress });
  await keepCommit(hub, layout, commit);
  return { folder: layout.snapshot(commit), commit, files: chosen.map(({ path }) => path) };
}

async function downloadAll(
  hub: Hub,
  layout: Layout,
  { commit, missing, onProgress }: {
    commit: string;
    missing: Entry[];
    onProgress: NonNullable<FetchOptions["onProgress"]>;
  },
): Promise<void> {
  if (missing.length === 0) return;
  if (hub.environment.offline) throw notCached(hub, escaped(missing[0].path));
  const total = missing.reduce((sum, { size }) => sum + size, 0);
  await expectRoom(hub, {
    folder: layout.folder,
    bytes: total - await begunBytes(layout, missing),
  });
  let before = 0;
  for (const entry of missing) {
    const url = addressOf(hub, { commit, path: entry.path });
    const onBytes = (done: number) => onProgress({ file: entry.path, done: before + done, total });
    await download(hub, layout, { url, entry, onBytes });
    await linkBlob(layout.blob(entry.etag), { snapshot: layout.snapshot(commit), ...entry });
    before += entry.size;
    onProgress({ file: entry.path, done: before, total });
  }
}

/** Where a file lies on the hub, at a commit. */
export function addressOf(
  { source: { kind, repo }, environment: { endpoint } }: Hub,
  { commit, path }: { commit: string; path: string },
): string {
  const place = path.split("/").map(encodeURIComponent).join("/");
  return `${endpoint}/${kind === "dataset" ? "datasets/" : ""}${repo}/resolve/${commit}/${place}`;
}

/** Bytes that broken downloads have left: they need no room any more. */
async function begunBytes(layout: Layout, missing: Entry[]): Promise<number> {
  let bytes = 0;
  for (const { etag, size } of missing) {
    const part = await Deno.stat(`${layout.blob(etag)}.incomplete`).catch(() => undefined);
    bytes += Math.min(part?.size ?? 0, size);
  }
  return bytes;
}
