/**
 * Files that a repository has not, and those that may have been meant.
 * @module
 */
import { nearestNames } from "../nearest.ts";
import { escaped, showName } from "../show.ts";
import { type Hub, hubError } from "./hub.ts";
import type { Layout } from "./layout.ts";
import { entriesOf } from "./listing.ts";
import { notCached } from "./reach.ts";

/** The error where nothing is left to fetch; `all` are the files that `source.file` names. */
export async function noneChosen(
  hub: Hub,
  layout: Layout,
  { commit, all }: { commit: string; all: string[] },
): Promise<Error> {
  const { source: { kind, file } } = hub;
  if (file !== undefined && all.length === 0) return await noFile(hub, layout, commit);
  return hubError(hub, {
    expected: `files to fetch in the ${kind}`,
    found: all.length === 0 ? "none at all" : `none that is asked for among ${all.length}`,
    todo: "name other files",
  });
}

/** The error where `source.file` names no file of the commit. */
export async function noFile(hub: Hub, layout: Layout, commit: string): Promise<Error> {
  const { source: { kind, file } } = hub;
  if (hub.environment.offline) return notCached(hub, escaped(file ?? "a file"));
  const everything = { ...hub, source: { ...hub.source, file: undefined } };
  const names = (await entriesOf(everything, layout, commit)).map(({ path }) => path);
  const near = nearestNames(file ?? "", names).map(showName).join(", ");
  return hubError(hub, {
    expected: `the name of a file of the ${kind} at commit ${commit} after a colon`,
    found: file === undefined ? "none" : showName(file),
    todo: near === "" ? "it has no files" : `did you mean one of ${near}?`,
  });
}
