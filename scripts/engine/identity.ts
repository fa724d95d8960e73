/** What tells one list of tasks from another: what was asked, the files it names, the code. @module */
import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { splitColumn } from "../../lib/data/corpus_place.ts";
import { type Contents, contentsOf, hashOfFile } from "../../lib/io/contents.ts";
import { exists } from "../../lib/io/files.ts";

/** Folders whose code makes results. */
const SOURCES = ["lib", "kernels"];

/**
 * 12 hexadecimal digits: other words, other bytes in what `files` name, or other code give others.
 * A name is that of a file, of a folder, of a file with a column behind #, or of nothing on this
 * machine. What is done for one identity says nothing of another one; results in the cache are found
 * again all the same.
 */
export async function identity(
  words: readonly string[],
  { root, files }: { root: string; files: readonly string[] },
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(words));
  for (const path of files) {
    hash.update(JSON.stringify([path, await bytesOf(path)]));
  }
  for (const folder of SOURCES) {
    for (const path of await filesIn(join(root, folder))) {
      hash.update(relative(root, path)).update(await Deno.readFile(path));
    }
  }
  return hash.digest("hex").slice(0, 12);
}

/** The hash of a file, those of all files in a folder, nothing where there is none. */
async function bytesOf(name: string): Promise<Contents | string | undefined> {
  const path = await exists(name) ? name : splitColumn(name).place;
  const found = await Deno.stat(path).catch(() => undefined);
  return found?.isDirectory ? await contentsOf(path) : await hashOfFile(path);
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
