/**
 * Which files a commit has: from the cache where it was asked for before, else from the hub.
 *
 * The package lists and finds; what it answers is checked, since names and hashes become paths.
 * @module
 */
import { expectForm, having, list, text } from "../form.ts";
import { askPackage, strangeAnswer } from "./ask.ts";
import type { Hub } from "./hub.ts";
import type { Layout } from "./layout.ts";
import { expectInside } from "./names.ts";
import { reach } from "./reach.ts";
import { snapshotEntries } from "./snapshot.ts";
import { sourceText } from "./source.ts";
import { entryOf, LISTED, type Listed, readTree, writeTree } from "./trees.ts";
import type { Entry } from "./verify.ts";

/** A repository with more files is not what models and corpora are kept in. */
const MOST_FILES = 100_000;

/**
 * The files that `source.file` names, or all; sorted by path. Without the hub and without a list of
 * an earlier time, those that the snapshot has.
 */
export async function entriesOf(hub: Hub, layout: Layout, commit: string): Promise<Entry[]> {
  const { source: { file } } = hub;
  const kept = await readTree(layout.tree(commit), hub);
  const entries = kept?.filter(({ path }) => isNamed(path, file)) ??
    await reach(
      hub,
      () => askEntries(hub, layout, commit),
      () => snapshotEntries(layout.snapshot(commit), file),
    );
  expectAllInside(hub, entries);
  return entries.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Whether `file`, a file or a folder of files, names the path; without one, all are named. */
function isNamed(path: string, file?: string): boolean {
  return file === undefined || path === file || path.startsWith(`${file}/`);
}

function expectAllInside({ source }: Hub, entries: readonly { path: string }[]): void {
  for (const { path } of entries) expectInside(`fetch ${sourceText(source)}`, path);
}

async function askEntries(hub: Hub, layout: Layout, commit: string): Promise<Entry[]> {
  const { source: { file } } = hub;
  if (file !== undefined) {
    const found = await askPath(hub, { file, commit });
    if (found === undefined) return [];
    if (found.type === "file") return filesAmong(hub, [found]).map(entryOf);
  }
  const listed = filesAmong(hub, await askList(hub, { path: file, commit }));
  if (file === undefined) await writeTree(layout.tree(commit), listed);
  return listed.filter(({ path }) => isNamed(path, file)).map(entryOf);
}

/** What a listing names: a file, or a folder. */
type Item = { path: string; type: string };
const ITEMS = list(having({ path: text, type: text }));

async function askPath(
  hub: Hub,
  { file, commit }: { file: string; commit: string },
): Promise<Item | undefined> {
  const { pathsInfo } = await import("npm:@huggingface/hub@2.17.5");
  const items = await askPackage(
    hub,
    (options) => pathsInfo({ paths: [file], ...place(hub, commit), ...options }),
  );
  return itemsOf(hub, items).find(({ path }) => path === file);
}

async function askList(
  hub: Hub,
  { path, commit }: { path?: string; commit: string },
): Promise<Item[]> {
  const { listFiles } = await import("npm:@huggingface/hub@2.17.5");
  const within = path?.split("/").map(encodeURIComponent).join("/");
  const items = await askPackage(hub, async (options) => {
    const asked = { path: within, recursive: true, ...place(hub, commit), ...options };
    const found: unknown[] = [];
    for await (const item of listFiles(asked)) {
      found.push(item);
      if (found.length > MOST_FILES) throw strangeAnswer(hub, `more than ${MOST_FILES} files`);
    }
    return found;
  });
  return itemsOf(hub, items);
}

function itemsOf({ source }: Hub, items: unknown): Item[] {
  return expectForm(`fetch ${sourceText(source)}`, items, ITEMS, "check HF_ENDPOINT");
}

/** The files of a listing, each with a size and a hash, and none outside of the repository. */
function filesAmong(hub: Hub, items: readonly Item[]): Listed[] {
  const files = items.filter(({ type }) => type === "file");
  expectAllInside(hub, files);
  expectForm(`fetch ${sourceText(hub.source)}`, files, list(LISTED), "check HF_ENDPOINT");
  return files as unknown as Listed[];
}

function place({ source: { kind, repo } }: Hub, commit: string) {
  return { repo: { type: kind, name: repo }, revision: commit };
}
