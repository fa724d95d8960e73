/** What an option names: a path, or hf:OWNER/NAME[@revision][:file], which is fetched. @module */
import { hubEnvironment } from "../lib/io/hub/environment.ts";
import { localFolder } from "../lib/io/hub/local_folder.ts";
import { isModelFile } from "../lib/io/hub/model_files.ts";
import { parseHub } from "../lib/io/hub/source.ts";
import type { FetchOptions, HubKind, HubOptions, Local } from "../lib/io/hub/types.ts";

/**
 * Where it lies on this disk, pinned to a commit. Of a model's repository what is read of models is
 * fetched; a file or a folder after the colon whole. With `ask` false nothing is fetched: it has to
 * be in the cache.
 */
export async function namedOnDisk(
  text: string,
  kind: HubKind,
  { ask = true }: { ask?: boolean } = {},
): Promise<Local> {
  const source = parseHub(text, kind);
  if (source === undefined) return { path: text, folder: text };
  const environment = await hubEnvironment();
  return await followHub((follow) =>
    localFolder(text, {
      kind,
      ...follow,
      files: kind === "model" && source.file === undefined ? isModelFile : undefined,
      environment: ask ? environment : { ...environment, offline: true },
    })
  );
}

/** Shows what `run` brings of the hub. */
export async function followHub<T>(
  run: (follow: Pick<HubOptions, "onNote"> & Pick<FetchOptions, "onProgress">) => Promise<T>,
): Promise<T> {
  // the bar's package asks for permissions once it is imported: only where something may be fetched
  const { hubProgress } = await import("./hub_progress.ts");
  const { finish, ...follow } = hubProgress();
  try {
    return await run(follow);
  } finally {
    finish();
  }
}
