/**
 * The one door for what a user names: a path, or something on the hub.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { localFolder } from "./local_folder.ts";
 * const model = await localFolder("out/models/ft1", { kind: "model" });
 * assertEquals(model, { path: "out/models/ft1", folder: "out/models/ft1" });
 * ```
 * @module
 */
import { fetchHub } from "./fetch_hub.ts";
import { pathIn } from "./layout.ts";
import { parseHub } from "./source.ts";
import type { FetchOptions, HubKind, Local } from "./types.ts";

/**
 * Where the named thing lies on this disk. A path is itself, and is not looked at; `hf:...` is
 * fetched where it is missing, checked, and pinned to a commit. Errors as in fetchHub.
 */
export async function localFolder(
  text: string,
  { kind, ...options }: FetchOptions & { kind: HubKind },
): Promise<Local> {
  const source = parseHub(text, kind);
  if (source === undefined) return { path: text, folder: text };
  const { folder, commit } = await fetchHub(source, options);
  const path = source.file === undefined ? folder : pathIn(folder, source.file);
  return { path, folder, from: { ...source, commit } };
}
