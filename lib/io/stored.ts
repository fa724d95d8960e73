/**
 * Finished stages on disk. A stage is a function of its inputs; its folder is named after them:
 *
 *   <cacheDir>/<kind>-<hash of the inputs>/     the files that `make` wrote, and inputs.json
 *
 * The folder is made under a temporary name and renamed when it is whole. So a folder that exists is
 * finished, a second run finds it, and a run after a crash does exactly the work that is missing.
 * A running process holds a lock in its temporary folder; the system drops the lock with the process,
 * which tells the left-overs of killed runs from the work of one that still runs.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { flush, guardDisk, readJson, writeJson } from "./files.ts";

const LOCK = ".lock";
const TEMPORARY = /^.+-[0-9a-f]{16}\.tmp-\d+-\d+$/;
let made = 0; // tells two temporary folders of one process apart

/** What stands in the folder's name: 16 hexadecimal digits of the SHA-256 of kind and inputs. */
export function stageKey(kind: string, inputs: unknown): string {
  const text = canonicalJson({ inputs, kind });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Where a stage lies, or will lie. */
export function stageFolder(cacheDir: string, kind: string, inputs: unknown): string {
  return join(cacheDir, `${kind}-${stageKey(kind, inputs)}`);
}

/**
 * The folder of a finished stage. Where it does not exist yet, `make` fills a temporary folder, which
 * then gets the final name. When `make` throws, nothing is left behind and nothing else is touched.
 * Throws when a folder of that name was made from other inputs or has lost its inputs.json.
 */
export async function finishedStage(
  cacheDir: string,
  kind: string,
  inputs: unknown,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = stageFolder(cacheDir, kind, inputs);
  const canonical = canonicalJson({ inputs, kind });
  if (await exists(folder)) return await checkInputs(folder, canonical);
  return await guardDisk(folder, async () => {
    const work = await openWork(cacheDir, folder);
    try {
      await make(work.folder);
      await writeJson(join(work.folder, "inputs.json"), JSON.parse(canonical));
      await flushTree(work.folder);
      return await finish(cacheDir, work, folder);
    } catch (error) {
      await Deno.remove(work.folder, { recursive: true }).catch(() => {});
      throw error;
    } finally {
      work.lock.close();
    }
  });
}

/** Removes the temporary folders of processes that no longer run. Returns their names. */
export async function cleanLeftovers(cacheDir: string): Promise<string[]> {
  return await withCacheLock(cacheDir, () => removeLeftovers(cacheDir));
}

/**
 * JSON with sorted keys, so that equal inputs give equal text. Throws on what JSON would change
 * silently: undefined, NaN, infinities, functions, class instances.
 */
export function canonicalJson(value: unknown, path = "stage"): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") {
    return JSON.stringify(value);
  }
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item, i) => canonicalJson(item, `${path}[${i}]`)).join(",")}]`;
  }
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
    const fields = entries.map(([key, item]) =>
      `${JSON.stringify(key)}:${canonicalJson(item, `${path}.${key}`)}`
    );
    return `{${fields.join(",")}}`;
  }
  throw new TypeError(
    `Cannot name a stage: expected plain JSON at ${path} but found ${String(value)}: ` +
      `leave the field out, or give it a finite number, a text, a list or a plain object`,
  );
}

type Work = { folder: string; lock: Deno.FsFile };

/** A fresh temporary folder with its lock held. The cache lock closes the gap between the two. */
async function openWork(cacheDir: string, folder: string): Promise<Work> {
  return await withCacheLock(cacheDir, async () => {
    await removeLeftovers(cacheDir);
    const temporary = `${folder}.tmp-${Deno.pid}-${made++}`;
    await Deno.mkdir(temporary);
    const lock = await Deno.open(join(temporary, LOCK), { create: true, write: true });
    await lock.lock(true);
    return { folder: temporary, lock };
  });
}

async function finish(cacheDir: string, work: Work, folder: string): Promise<string> {
  return await withCacheLock(cacheDir, async () => {
    await Deno.remove(join(work.folder, LOCK));
    if (await exists(folder)) {
      await Deno.remove(work.folder, { recursive: true }); // another process was first, same bytes
    } else {
      await Deno.rename(work.folder, folder);
      await flush(cacheDir);
    }
    return folder;
  });
}

async function removeLeftovers(cacheDir: string): Promise<string[]> {
  const removed: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(cacheDir)) {
    if (!isDirectory || !TEMPORARY.test(name)) continue;
    const folder = join(cacheDir, name);
    if (await isLocked(join(folder, LOCK))) continue;
    await Deno.remove(folder, { recursive: true });
    removed.push(name);
  }
  return removed.sort();
}

async function isLocked(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path, { write: true });
    return !(await file.tryLock(true));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false; // killed before it had the lock
    throw error;
  }
}

/** Runs something short while no other process may create, clean or finish a folder here. */
async function withCacheLock<T>(cacheDir: string, run: () => Promise<T>): Promise<T> {
  await Deno.mkdir(cacheDir, { recursive: true });
  using file = await Deno.open(join(cacheDir, LOCK), { create: true, write: true });
  await file.lock(true);
  return await run();
}

async function checkInputs(folder: string, canonical: string): Promise<string> {
  const found = await readJson(join(folder, "inputs.json")).then(
    (json) => canonicalJson(json),
    String,
  );
  if (found !== canonical) {
    throw new Error(
      `Cannot use ${folder}: expected inputs ${canonical} but found ${found}: delete the folder`,
    );
  }
  return folder;
}

async function flushTree(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    await (isDirectory ? flushTree : flush)(join(folder, name));
  }
  await flush(folder);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
