/** Work whose files nobody keeps. @module */
import { cachedFolder, type Made } from "./cached.ts";
import { openWork } from "./work_folder.ts";

/**
 * Gives `work` an empty folder beside the results of `cacheDir` and removes it afterwards, whether the
 * work succeeds or not; what a killed process leaves there goes with the next run. Returns what the
 * work does.
 */
export async function withScratch<T>(
  cacheDir: string,
  made: Made,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const scratch = await openWork(cacheDir, cachedFolder(cacheDir, made));
  try {
    return await work(scratch.folder);
  } finally {
    await Deno.remove(scratch.folder, { recursive: true });
    await scratch.close();
  }
}
