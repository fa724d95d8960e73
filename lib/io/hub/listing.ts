/**
 * Which files a commit has: from the cache where it was asked for before, else from the hub.
 *
 * The package lists and finds; what it answers is checked, since names and hashes become paths.
 * @module
 */
import { expectForm, list } from "../form.ts";
import type { Hub } from "./hub.ts";
import { packageOptions, strangeAnswer } from "./ask.ts";
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
  for (const { path } of entries) expectInside(`fetch ${sourceText(hub.source)}`, path);
  return entries.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Whether `file`, a file or a folder of files, names the path; without one, all are named. */
function isNamed(path: string, file?: string): boolean {
  return file === undefined || path === file || path.startsWith(`${file}/`);
}

async function askEntries(hub: Hub, layout: Layout, commit: string): Promise<Entry[]> {
  const { source: { file } } = hub;
  if (file !== undefined) {
    const [found] = await askPath(hub, { file, commit });
    if (found === undefined) return [];
    if (found.type === "file") return [entryOf(checked(hub, [found])[0])];
  }
  const listed = await askList(hub, { path: file, commit });
  if (file === undefined) await writeTree(layout.tree(commit), listed);
  return listed.map(entryOf);
}

type Found = { path: string; type: string };

async function askPath(
  hub: Hub,
  { file, commit }: { file: string; commit: string },
): Promise<Found[]> {
  const { pathsInfo } = await import("npm:@huggingface/hub@2.17.5");
  const found = await pathsInfo({ paths: [file], ...place(hub, commit) });
  return found.filter(({ path }) => path === file);
}

async function askList(
  hub: Hub,
  { path, commit }: { path?: string; commit: string },
): Promise<Listed[]> {
  const { listFiles } = await import("npm:@huggingface/hub@2.17.5");
  const found: Found[] = [];
  const within = path?.split("/").map(encodeURIComponent).join("/");
  for await (const item of listFiles({ path: within, recursive: true, ...place(hub, commit) })) {
    if (item.type === "file") found.push(item);
    if (found.length > MOST_FILES) throw strangeAnswer(hub, `more than ${MOST_FILES} files`);
  }
  return checked(hub, found).filter((item) => isNamed(item.path, path));
}

function checked(hub: Hub, found: Found[]): Listed[] {
  const action = `fetch ${sourceText(hub.source)}`;
  expectForm(action, found, list(LISTED), "check HF_ENDPOINT");
  return found as unknown as Listed[];
}

function place(hub: Hub, commit: string) {
  const { source: { kind, repo } } = hub;
  return { repo: { type: kind, name: repo }, revision: commit, ...packageOptions(hub) };
}
