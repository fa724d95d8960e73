/**
 * What a repository of the hub holds.
 * @module
 */
import { commitOf, keepCommit } from "./commit.ts";
import { openHub } from "./hub.ts";
import { layoutOf } from "./layout.ts";
import { entriesOf } from "./listing.ts";
import type { HubList, HubOptions, HubSource } from "./types.ts";

/**
 * The files that `source.file` names, or all, at the commit that the revision stands for, sorted by
 * path. Nothing is downloaded, but the commit is kept. Without the hub
 * those that the cache knows of.
 */
export async function listHub(source: HubSource, options: HubOptions = {}): Promise<HubList> {
  const hub = await openHub(source, options);
  const layout = layoutOf(hub.environment, source);
  const commit = await commitOf(hub, layout);
  const files = await entriesOf(hub, layout, commit);
  await keepCommit(hub, layout, commit);
  return { commit, files };
}
