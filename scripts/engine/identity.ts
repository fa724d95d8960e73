/** What tells one list of tasks from another: what was asked, the files it names, the code. @module */
import { createHash } from "node:crypto";
import { join, relative } from "node:path";

/** Folders whose code makes results. */
const SOURCES = ["lib", "kernels"];

/**
 * 12 hexadecimal digits: other words, a file of the reader's that was changed since, or other code
 * give others. What is done for one identity says nothing of another one; results in the cache are
 * found again all the same.
 */
export async function identity(
  words: readonly string[],
  { root, files }: { root: string; files: readonly string[] },
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(words));
  for (const path of files) {
    const status = await Deno.stat(path).catch(() => undefined);
    hash.update(JSON.stringify([path, status?.size, status?.mtime?.getTime()]));
  }
  for (const folder of SOURCES) {
    for (const path of await filesIn(join(root, folder))) {
      hash.update(relative(root, path)).update(await Deno.readFile(path));
    }
  }
  return hash.digest("hex").slice(0, 12);
}

async function filesIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) paths.push(...await filesIn(path));
    else paths.push(path);
  }
  return paths.sort();
}
