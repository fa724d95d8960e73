/**
 * Files of one folder that belong together, such as weights and their configuration. Whenever the
 * power goes, the folder holds the old files, or the new ones, or none of the last name, without
 * which nobody reads the others.
 * @module
 */
import { join } from "node:path";
import { type Content, flush, guardDisk, removeIfThere, writeWhole } from "./files.ts";
import { expectPath } from "./regular_files.ts";

/**
 * Replaces files of `folder` by new ones; a name with undefined is deleted. All are written beside
 * their places first, so that a full disk leaves the old ones as they were. The last one marks the
 * set as whole: it goes first and comes last.
 */
export async function replaceFiles(
  folder: string,
  files: readonly [name: string, content: Content | undefined][],
): Promise<void> {
  expectPath("write files", folder, "a folder");
  const fresh = (name: string) => join(folder, `${name}.new`);
  try {
    for (const [name, content] of files) {
      if (content !== undefined) await writeWhole(fresh(name), content);
    }
  } catch (error) {
    for (const [name] of files) await removeIfThere(fresh(name)).catch(() => {});
    throw error;
  }
  await guardDisk(folder, async () => {
    await removeIfThere(join(folder, files.at(-1)![0]));
    await flush(folder);
    for (const [name, content] of files) {
      if (content === undefined) await removeIfThere(join(folder, name));
      else await Deno.rename(fresh(name), join(folder, name));
    }
    await flush(folder);
  });
}
