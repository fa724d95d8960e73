/**
 * Where the cache keeps what, as every program of Hugging Face has it:
 *
 *   <cache>/models--OWNER--NAME/refs/<revision>            the commit that a branch or tag stood for
 *                               snapshots/<commit>/<path>  links into
 *                               blobs/<etag>               whole files, named by their hash
 *                               blobs/<etag>.incomplete    what a download has so far
 *                               trees/<commit>.json        the commit's files, their sizes and hashes
 *                               ranges/<etag>/             parts of a file that is read in pieces
 *   <cache>/.locks/models--OWNER--NAME/<etag>.lock         held by who downloads it
 *
 * @module
 */
import { join } from "node:path";
import type { HubEnvironment } from "./environment.ts";
import type { HubSource } from "./types.ts";

export type Layout = {
  folder: string;
  ref: (revision: string) => string;
  snapshot: (commit: string) => string;
  blob: (etag: string) => string;
  tree: (commit: string) => string;
  ranges: (etag: string) => string;
  lock: (etag: string) => string;
};

/** The paths of one repository. */
export function layoutOf({ cache }: HubEnvironment, { kind, repo }: HubSource): Layout {
  const name = [`${kind}s`, ...repo.split("/")].join("--");
  const folder = join(cache, name);
  return {
    folder,
    ref: (revision) => join(folder, "refs", ...revision.split("/")),
    snapshot: (commit) => join(folder, "snapshots", commit),
    blob: (etag) => join(folder, "blobs", etag),
    tree: (commit) => join(folder, "trees", `${commit}.json`),
    ranges: (etag) => join(folder, "ranges", etag),
    lock: (etag) => join(cache, ".locks", name, `${etag}.lock`),
  };
}

/** The path of a repository's file in a folder of this system. */
export function pathIn(folder: string, path: string): string {
  return join(folder, ...path.split("/"));
}
