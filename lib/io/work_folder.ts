/**
 * Temporary folders that processes work in, and which of them are left-overs of killed ones.
 *
 *   <folder>.tmp-<machine>-<uuid>/.lock      locked while the process lives, touched twice a minute while it works
 *
 * The system drops a lock with its process. So a folder is left over where its lock is free, the
 * locks of this disk mean something, and the folder was made on this machine: a shared disk may
 * grant every lock, or keep the locks of each machine to itself. Everywhere else it is left over
 * once it has not been touched for an hour, by the clock of the disk.
 *
 * @module
 */
import { basename, join } from "node:path";
import { isRefusal } from "./contents.ts";
import { removeIfThere } from "./files.ts";
import { machine } from "./machine.ts";
import {
  isLocked,
  LOCK,
  lookAround,
  openLock,
  type Seen,
  signsOfLife,
  takeLock,
  withCacheLock,
} from "./signs_of_life.ts";

const TEMPORARY = /^.+-[0-9a-f]{16}\.tmp-.+$/;

/**
 * Milliseconds without one after which nobody works any more; a process may compute for long
 * without a pause.
 */
const SILENCE = 3_600_000;

/** `close` ends the signs of life and drops the lock. */
export type Work = { folder: string; close: () => Promise<void> };

/**
 * A fresh temporary folder that will become `folder`, its lock held. The cache lock closes the gap
 * between the two.
 */
export async function openWork(cacheDir: string, folder: string): Promise<Work> {
  return await withCacheLock(cacheDir, async () => {
    await removeLeftovers(cacheDir);
    // Only a name, never a result: no other process may choose the same, on any machine.
    const temporary = `${folder}.tmp-${await machine()}-${crypto.randomUUID()}`;
    await Deno.mkdir(temporary);
    const lock = await openLock(join(temporary, LOCK));
    await takeLock(lock);
    return { folder: temporary, close: signsOfLife(lock) };
  });
}

/**
 * Throws where somebody removed the folder: files that were written since lie in a new one, without
 * those before.
 */
export async function checkWork({ folder }: Work): Promise<void> {
  try {
    await Deno.lstat(join(folder, LOCK));
  } catch (error) {
    throw lostWork(folder, error);
  }
}

/**
 * Removes what the folder has beside its files; call it under the cache lock, before the folder is
 * renamed.
 */
export async function unlockWork({ folder }: Work): Promise<void> {
  try {
    await Deno.remove(join(folder, LOCK));
  } catch (error) {
    throw lostWork(folder, error);
  }
}

function lostWork(folder: string, error: unknown): unknown {
  if (!(error instanceof Deno.errors.NotFound)) return error;
  return new Error(
    `Cannot finish a result: expected its files in ${folder} but found it removed: leave folders that ` +
      "end in .tmp-... alone while a run works, and run the same again",
  );
}

/**
 * Removes the temporary folders of processes that no longer run; call it under the cache lock.
 * Returns their names.
 */
export async function removeLeftovers(cacheDir: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(cacheDir)) {
    if (isDirectory && TEMPORARY.test(name)) names.push(name);
  }
  if (names.length === 0) return [];
  const seen = await lookAround(cacheDir);
  const removed: string[] = [];
  for (const name of names.sort()) {
    const folder = join(cacheDir, name);
    if (await isAlive(folder, seen)) continue;
    try {
      await removeIfThere(folder, { recursive: true });
      removed.push(name);
    } catch (error) {
      if (!isRefusal(error)) throw error; // another user's, which may stay
    }
  }
  return removed;
}

async function isAlive(folder: string, { here, locks, now }: Seen): Promise<boolean> {
  if (await isLocked(join(folder, LOCK))) return true;
  const [, made] = /\.tmp-([0-9a-f]{8})-[0-9a-f-]{36}$/.exec(basename(folder)) ?? [];
  if (locks && made === here) return false;
  return now - await touched(folder) < SILENCE;
}

/** The time of the last sign of life, in milliseconds on the clock of the disk. */
async function touched(folder: string): Promise<number> {
  const lock = await Deno.stat(join(folder, LOCK)).catch(() => undefined);
  const { mtime } = lock ?? await Deno.stat(folder).catch(() => ({ mtime: null }));
  return mtime?.getTime() ?? Infinity;
}
