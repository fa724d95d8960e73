/**
 * Who works in a cache: locks, and signs of life where a disk's locks mean nothing.
 *
 * The system drops a lock with its process. A shared disk may grant every lock, or keep the locks of
 * each machine to itself; there a file tells who works, which its process touches twice a minute.
 *
 * @module
 */
import { join } from "node:path";
import { isRefusal } from "./contents.ts";
import { machine } from "./machine.ts";

export const LOCK = ".lock";

/** Milliseconds between two signs of life. */
const BEAT = 30_000;

/** Runs something short while no other process may create, clean or finish a folder here. */
export async function withCacheLock<T>(cacheDir: string, run: () => Promise<T>): Promise<T> {
  await Deno.mkdir(cacheDir, { recursive: true });
  using file = await openLock(join(cacheDir, LOCK));
  await takeLock(file);
  return await run();
}

/** A pipe under this name would never be opened: nobody reads it. */
export async function openLock(path: string): Promise<Deno.FsFile> {
  const found = await Deno.stat(path).catch(() => undefined);
  if (found && !found.isFile) {
    throw new Error(
      `Cannot lock ${path}: expected a file of crosslab's own but found ${
        found.isDirectory ? "a folder" : "a pipe, a socket or a device"
      }: remove it, or name another cache`,
    );
  }
  return await Deno.open(path, { create: true, write: true });
}

/** Where the disk knows no locks, renaming is still whole, and the signs of life tell who works. */
export async function takeLock(file: Deno.FsFile): Promise<void> {
  await file.lock(true).catch(() => {});
}

/** Touches the lock now and then, until the returned function is called; that drops the lock. */
export function signsOfLife(lock: Deno.FsFile): () => Promise<void> {
  let last = touch(lock);
  const timer = setInterval(() => last = last.then(() => touch(lock)), BEAT);
  Deno.unrefTimer(timer); // work that never ends must not keep the process
  return async () => {
    clearInterval(timer);
    await last;
    lock.close();
  };
}

/** Writes one byte, so that the disk sets the time of the file by its own clock. */
async function touch(file: Deno.FsFile): Promise<void> {
  try {
    await file.seek(0, Deno.SeekMode.Start);
    await file.write(Uint8Array.of(10));
    await file.sync();
  } catch {
    // Whether the folder is still there shows when the work is finished.
  }
}

/**
 * What is known when files are looked at: this machine, whether its locks mean something, the time on
 * the disk.
 */
export type Seen = { here: string; locks: boolean; now: number };

/** Looks around in a cache; call it under the cache lock. */
export async function lookAround(cacheDir: string): Promise<Seen> {
  return {
    here: await machine(),
    locks: await locksMean(cacheDir),
    now: await now(cacheDir),
  };
}

/** Whether a living process, of this machine or of a disk's locks, holds the file. */
export async function isLocked(path: string): Promise<boolean> {
  try {
    if (!(await Deno.stat(path)).isFile) return false;
    using file = await Deno.open(path, { write: true });
    return !(await file.tryLock(true));
  } catch (error) {
    return isRefusal(error); // of another user; otherwise without a lock, or on a disk without locks
  }
}

/** Does a second lock on the file that this process has locked fail, as it should? */
async function locksMean(cacheDir: string): Promise<boolean> {
  try {
    using file = await openLock(join(cacheDir, LOCK));
    return !(await file.tryLock(true));
  } catch {
    return false;
  }
}

/** The clock of a shared disk need not agree with this machine's. */
async function now(cacheDir: string): Promise<number> {
  using file = await openLock(join(cacheDir, LOCK));
  await touch(file);
  return (await file.stat()).mtime?.getTime() ?? -Infinity;
}
