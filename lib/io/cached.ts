/**
 * Results on disk. A result is a function of its inputs; its folder is named after them:
 *
 *   <cacheDir>/<kind>-<hash of the inputs>/     the files that `make` wrote, and inputs.json: inputs and hashes of the files
 *
 * The folder is made under a temporary name and renamed when it is whole. So a folder that exists
 * is finished, a second run finds it, and a run after a crash does exactly the work that is
 * missing. A long `make` keeps its state in a checkpoint, and a run after a crash goes on from it.
 * Before it is used again its files are compared with their hashes: disks err, and files get
 * edited.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { canonicalJson } from "./canonical_json.ts";
import { type Checkpoint, checkpointPath, openCheckpoint } from "./checkpoint.ts";
import { claim, removeDeadClaims } from "./claim.ts";
import { type Contents, contentsOf, damageIn, isRefusal } from "./contents.ts";
import { exists, flush, guardDisk, readJson, removeIfThere, writeJson } from "./files.ts";
import { expectPath } from "./regular_files.ts";
import { anything, callback, exactly, expectForm, maybe, where } from "./form.ts";
import { withCacheLock } from "./signs_of_life.ts";
import { checkWork, openWork, removeLeftovers, unlockWork, type Work } from "./work_folder.ts";

/** Who hears of damage. */
export type CacheOptions = {
  /**
   * Hears that a stored result or a checkpoint is damaged and made again, or that another process
   * makes it and is waited for; by default a line on stderr.
   */
  onDamaged?: (text: string) => void;
};

/** What a result is, in a word, and what it is made of: plain JSON. */
export type Made = { kind: string; inputs: unknown };

/** What stands in the folder's name: 16 hexadecimal digits of the SHA-256 of kind and inputs. */
export function cacheKey({ kind, inputs }: Made): string {
  const text = canonicalJson({ inputs, kind });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Where a result lies, or will lie. */
export function cachedFolder(cacheDir: string, made: Made): string {
  const todo = "name a folder, and the result with letters";
  expectForm("keep a result", { cacheDir, ...made }, PLACE, todo);
  return join(cacheDir, `${made.kind}-${cacheKey(made)}`);
}

/**
 * The folder of a finished result. Where it does not exist yet, or its files are not those that
 * were written, `make` fills a temporary folder, which then gets the final name; a damaged one is
 * kept as `<folder>.damaged`. When `make` throws, nothing is left behind but the checkpoint that it
 * may have written, from which the same work goes on; it goes when the result is finished. One
 * process makes a result while all others that ask for it wait, on whatever machine.
 */
export async function cached(
  cacheDir: string,
  made: Made,
  make: (folder: string, checkpoint: Checkpoint) => Promise<void>,
  options: CacheOptions = {},
): Promise<string> {
  const { onDamaged = console.error } = expectForm("keep a result", options, OPTIONS);
  const folder = cachedFolder(cacheDir, made);
  const { kind, inputs } = made;
  const result: Result = {
    cacheDir,
    folder,
    canonical: canonicalJson({ inputs, kind }),
    onDamaged,
  };
  if (await exists(folder) && await isWhole(folder, result)) return folder;
  return await guardDisk(folder, async () => {
    const isMade = () => isThere(result);
    const claimed = await claim(cacheDir, folder, { isMade, onWait: onDamaged });
    if (claimed === undefined) return folder;
    let work: Work | undefined;
    try {
      work = await openWork(cacheDir, folder);
      await make(work.folder, openCheckpoint(folder, { work: work.folder, onDamaged }));
      await checkWork(work);
      const files = await contentsOf(work.folder, INPUTS);
      await writeJson(join(work.folder, INPUTS), { ...JSON.parse(result.canonical), files });
      await flushTree(work.folder);
      const whole = work;
      return await withCacheLock(cacheDir, () => finish(whole, result));
    } catch (error) {
      if (work) await Deno.remove(work.folder, { recursive: true }).catch(() => {});
      throw error;
    } finally {
      await work?.close();
      await claimed.release();
    }
  });
}

/** The folder of a finished result, as long as its files are those that were written. */
export async function readCached(cacheDir: string, made: Made): Promise<string | undefined> {
  const folder = cachedFolder(cacheDir, made), { kind, inputs } = made;
  const canonical = canonicalJson({ inputs, kind });
  return await exists(folder) && await isWhole(folder, { canonical }) ? folder : undefined;
}

/**
 * Removes the temporary folders and claims of processes that no longer run, and checkpoints of what
 * is finished; those of unfinished results stay. Returns their names.
 */
export async function cleanLeftovers(cacheDir: string): Promise<string[]> {
  expectPath("clean a cache", cacheDir, "a folder");
  return await guardDisk(
    cacheDir,
    () =>
      withCacheLock(cacheDir, async () => [
        ...await removeLeftovers(cacheDir),
        ...await removeDeadClaims(cacheDir),
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
  inputs: anything,
  cacheDir: where<string>("the path of a folder", (x) => typeof x === "string" && x !== ""),
  kind: where<string>(
    "a name without slashes",
    (x) => typeof x === "string" && /^[^./\\:*?"<>|\p{Cc}][^/\\:*?"<>|\p{Cc}]*$/u.test(x),
  ),
});
const OPTIONS = exactly({ onDamaged: maybe(callback) });

type Result = {
  cacheDir: string;
  folder: string;
  canonical: string;
  onDamaged: (text: string) => void;
};

/** Gives the work its final name, unless another process was first: it left the same bytes. */
async function finish(work: Work, result: Result): Promise<string> {
  await giveName(work, result);
  await flush(result.cacheDir); // the result first: whatever happens now, one of the two is there
  await removeIfThere(checkpointPath(result.folder));
  return result.folder;
}

async function giveName(work: Work, result: Result): Promise<void> {
  const { folder } = result;
  await unlockWork(work);
  if (await isThere(result)) {
    await Deno.remove(work.folder, { recursive: true });
    return;
  }
  try {
    await Deno.rename(work.folder, folder);
  } catch (error) {
    // On a disk without locks another process can be first even now.
    if (!(await exists(folder) && await isWhole(folder, result))) throw error;
    await Deno.remove(work.folder, { recursive: true });
  }
}

/** Whether a whole folder of the result is there; a damaged one is put aside, and that is said. */
async function isThere(result: Result): Promise<boolean> {
  const { folder, onDamaged } = result;
  if (!(await exists(folder))) return false;
  const damage = await damageOf(folder, result);
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

async function isWhole(folder: string, result: Pick<Result, "canonical">): Promise<boolean> {
  return await damageOf(folder, result) === undefined;
}

/** What is wrong with a stored folder, in words for "but found ...", or undefined. */
async function damageOf(
  folder: string,
  { canonical }: Pick<Result, "canonical">,
): Promise<string | undefined> {
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
