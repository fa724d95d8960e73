/**
 * Finished stages on disk. A stage is a function of its inputs; its folder is named after them:
 *
 *   <cacheDir>/<kind>-<hash of the inputs>/     the files that `make` wrote, and inputs.json: inputs and hashes of the files
 *
 * The folder is made under a temporary name and renamed when it is whole. So a folder that exists is
 * finished, a second run finds it, and a run after a crash does exactly the work that is missing. A long `make` keeps its
 * state in a checkpoint, and a run after a crash goes on from it.
 * Before it is used again its files are compared with their hashes: disks err, and files get edited.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { canonicalJson } from "./canonical_json.ts";
import { type Checkpoint, checkpointPath, openCheckpoint } from "./checkpoint.ts";
import { type Contents, contentsOf, damageIn, isRefusal } from "./contents.ts";
import { flush, guardDisk, readJson, removeIfThere, writeJson } from "./files.ts";
import { expectPath } from "./regular_files.ts";
import { callback, exactly, expectForm, maybe, where } from "./form.ts";
import {
  checkWork,
  openWork,
  removeLeftovers,
  unlockWork,
  withCacheLock,
  type Work,
} from "./work_folder.ts";

export type StageOptions = {
  /** Hears that a stored result or a checkpoint is damaged and made again; by default a line on stderr. */
  onDamaged?: (text: string) => void;
};

/** What stands in the folder's name: 16 hexadecimal digits of the SHA-256 of kind and inputs. */
export function stageKey(kind: string, inputs: unknown): string {
  const text = canonicalJson({ inputs, kind });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Where a stage lies, or will lie. */
export function stageFolder(cacheDir: string, kind: string, inputs: unknown): string {
  expectForm(
    "store a stage",
    { cacheDir, kind },
    PLACE,
    "name a folder, and the stage with letters",
  );
  return join(cacheDir, `${kind}-${stageKey(kind, inputs)}`);
}

/**
 * The folder of a finished stage. Where it does not exist yet, or its files are not those that were written, `make` fills
 * a temporary folder, which then gets the final name; a damaged one is kept as `<folder>.damaged`. When `make` throws,
 * nothing is left behind but the checkpoint that it may have written, from which the same stage goes on; it goes when the
 * stage is finished.
 */
export async function finishedStage(
  cacheDir: string,
  kind: string,
  inputs: unknown,
  make: (folder: string, checkpoint: Checkpoint) => Promise<void>,
  options: StageOptions = {},
): Promise<string> {
  const { onDamaged = console.error } = expectForm("store a stage", options, OPTIONS);
  const folder = stageFolder(cacheDir, kind, inputs);
  const stage: Stage = { cacheDir, folder, canonical: canonicalJson({ inputs, kind }), onDamaged };
  if (await exists(folder) && await isWhole(folder, stage)) return folder;
  return await guardDisk(folder, async () => {
    if (await withCacheLock(cacheDir, () => isThere(stage))) return folder;
    const work = await openWork(cacheDir, folder);
    try {
      await make(work.folder, openCheckpoint(folder, { work: work.folder, onDamaged }));
      await checkWork(work);
      const files = await contentsOf(work.folder, INPUTS);
      await writeJson(join(work.folder, INPUTS), { ...JSON.parse(stage.canonical), files });
      await flushTree(work.folder);
      return await withCacheLock(cacheDir, () => finish(work, stage));
    } catch (error) {
      await Deno.remove(work.folder, { recursive: true }).catch(() => {});
      throw error;
    } finally {
      await work.close();
    }
  });
}

/**
 * Removes the temporary folders of processes that no longer run, and checkpoints of what is finished; those of unfinished
 * stages stay. Returns their names.
 */
export async function cleanLeftovers(cacheDir: string): Promise<string[]> {
  expectPath("clean a cache", cacheDir, "a folder");
  return await guardDisk(
    cacheDir,
    () =>
      withCacheLock(cacheDir, async () => [
        ...await removeLeftovers(cacheDir),
        ...await removeOutlived(cacheDir),
      ]),
  );
}

/** Checkpoints beside the finished folder: a process was killed just before it removed its own. */
async function removeOutlived(cacheDir: string): Promise<string[]> {
  const names = (await Array.fromAsync(Deno.readDir(cacheDir))).map(({ name }) => name);
  const outlived = names.filter((name) => names.includes(checkpointPath(name)))
    .map(checkpointPath).sort();
  for (const name of outlived) await removeIfThere(join(cacheDir, name));
  return outlived;
}

const INPUTS = "inputs.json";

const PLACE = exactly({
  cacheDir: where<string>("the path of a folder", (x) => typeof x === "string" && x !== ""),
  kind: where<string>(
    "a name without slashes",
    (x) => typeof x === "string" && /^[^./\\:*?"<>|\p{Cc}][^/\\:*?"<>|\p{Cc}]*$/u.test(x),
  ),
});
const OPTIONS = exactly({ onDamaged: maybe(callback) });

type Stage = {
  cacheDir: string;
  folder: string;
  canonical: string;
  onDamaged: (text: string) => void;
};

/** Gives the work its final name, unless another process was first: it left the same bytes. */
async function finish(work: Work, stage: Stage): Promise<string> {
  await giveName(work, stage);
  await flush(stage.cacheDir); // the result first: whatever happens now, one of the two is there
  await removeIfThere(checkpointPath(stage.folder));
  return stage.folder;
}

async function giveName(work: Work, stage: Stage): Promise<void> {
  const { folder } = stage;
  await unlockWork(work);
  if (await isThere(stage)) {
    await Deno.remove(work.folder, { recursive: true });
    return;
  }
  try {
    await Deno.rename(work.folder, folder);
  } catch (error) {
    // On a disk without locks another process can be first even now.
    if (!(await exists(folder) && await isWhole(folder, stage))) throw error;
    await Deno.remove(work.folder, { recursive: true });
  }
}

/** Whether a whole folder of the stage is there; a damaged one is put aside, and that is said. */
async function isThere(stage: Stage): Promise<boolean> {
  const { folder, onDamaged } = stage;
  if (!(await exists(folder))) return false;
  const damage = await damageOf(folder, stage);
  if (damage === undefined) return true;
  const aside = `${folder}.damaged`;
  if (await exists(aside)) await Deno.remove(aside, { recursive: true });
  await Deno.rename(folder, aside);
  onDamaged(
    `Cannot use ${folder}: expected it as it was written but found ${damage}: it is made again, ` +
      `what was there is kept as ${aside}`,
  );
  return false;
}

async function isWhole(folder: string, stage: Stage): Promise<boolean> {
  return await damageOf(folder, stage) === undefined;
}

/** What is wrong with a stored folder, in words for "but found ...", or undefined. */
async function damageOf(folder: string, { canonical }: Stage): Promise<string | undefined> {
  const path = join(folder, INPUTS);
  if (!(await exists(path))) return `no ${INPUTS}`;
  let files, inputs;
  try {
    const { files: hashes, ...made } = await readJson(path) ?? {};
    [files, inputs] = [hashes, canonicalJson(made)]; // what is nested too deeply has no such text
  } catch (error) {
    if (isRefusal(error)) throw error;
    return `${INPUTS} damaged`;
  }
  if (inputs !== canonical) return `other inputs in ${INPUTS}`;
  if (!isContents(files)) return `no hashes of the files in ${INPUTS}`;
  return damageIn(files, await contentsOf(folder, INPUTS));
}

function isContents(value: unknown): value is Contents {
  return typeof value === "object" && value !== null &&
    Object.values(value).every((hash) => typeof hash === "string");
}

async function flushTree(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    await (isDirectory ? flushTree : flush)(join(folder, name));
  }
  await flush(folder);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}
