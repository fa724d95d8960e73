/** `--corpus`: who reads it, and where it must not lie. @module */
import { isAbsolute, relative } from "node:path";
import type { RunOptions, System } from "./system.ts";
import { SYSTEMS } from "./systems.ts";

/**
 * Throws where --corpus is given and none of the systems reads one, or where a run would write over
 * it.
 */
export async function checkCorpus(systems: readonly System[], run: RunOptions): Promise<void> {
  if (run.corpus === undefined) return;
  expectReader(systems);
  await expectOutside(run.corpus, [run.folder, run.cacheDir]);
}

function expectReader(systems: readonly System[]): void {
  if (systems.some(({ corpus }) => corpus !== undefined)) return;
  const readers = SYSTEMS.filter(({ corpus }) => corpus !== undefined);
  const named = readers.map(({ id, corpus }) => `${id}, which reads ${corpus},`).join(" or ");
  throw new RangeError(
    `Cannot run: expected --corpus with ${named} but found ` +
      `${systems.map(({ id }) => id).join(", ")} alone: leave --corpus out, or name ` +
      `${readers.map(({ id }) => id).join(" or ")} too`,
  );
}

/**
 * Stories in the folders that a run writes could be replaced by its results, or go with its cache.
 */
async function expectOutside(corpus: string, folders: readonly string[]): Promise<void> {
  const real = (path: string) => Deno.realPath(path).catch(() => undefined);
  const file = await real(corpus);
  for (const written of await Promise.all(folders.map(real))) {
    if (file === undefined || written === undefined || !isIn(written, file)) continue;
    throw new RangeError(
      `Cannot run: expected --corpus outside the folders that results are written to but found it ` +
        `in ${written}: move the stories, or name another folder with --out`,
    );
  }
}

function isIn(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return !isAbsolute(path) && path.split(/[\\/]/)[0] !== "..";
}
