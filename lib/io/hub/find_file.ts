/**
 * One file of a repository, wherever it lies.
 * @module
 */
import { commitOf, keepCommit } from "./commit.ts";
import { addressOf } from "./fetch_hub.ts";
import { type Hub, openHub } from "./hub.ts";
import { type Layout, layoutOf, pathIn } from "./layout.ts";
import { entriesOf } from "./listing.ts";
import { noFile } from "./none_chosen.ts";
import { isPresent } from "./present.ts";
import type { HubOptions, HubSource } from "./types.ts";
import type { Entry } from "./verify.ts";

/** A file of a commit: where it lies on the hub, and on this disk where it is there, whole. */
export type FoundFile = {
  hub: Hub;
  layout: Layout;
  commit: string;
  entry: Entry;
  url: string;
  local?: string;
};

/** Looks for the file that `source.file` names. Throws where there is none. */
export async function findFile(source: HubSource, options: HubOptions): Promise<FoundFile> {
  const hub = await openHub(source, options);
  const layout = layoutOf(hub.environment, source);
  const commit = await commitOf(hub, layout);
  const entries = await entriesOf(hub, layout, commit);
  const entry = entries.find(({ path }) => path === source.file);
  if (entry === undefined) throw await noFile(hub, layout, commit);
  const here = await isPresent(hub, layout, { commit, entry });
  await keepCommit(hub, layout, commit);
  return {
    hub,
    layout,
    commit,
    entry,
    url: addressOf(hub, { commit, path: entry.path }),
    ...(here && { local: pathIn(layout.snapshot(commit), entry.path) }),
  };
}
