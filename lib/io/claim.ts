/**
 * Who makes a result: one process, while all others that want it wait.
 *
 *   <folder>.claim      which machine, which job of a batch system; locked and touched while the process works
 *
 * The file is made by exclusive creation, which holds on network disks as well. A claim is left over
 * where its process is gone: its lock is free and was taken on this machine, or it is an earlier
 * attempt of the same job, which was requeued since its node was lost, or there was no sign of life
 * for ten minutes. A claim saves work and guards nothing: two processes that make the same result
 * leave the same bytes, and the first of them names it.
 *
 * @module
 */
import { basename } from "node:path";
import { isRefusal } from "./contents.ts";
import { removeIfThere } from "./files.ts";
import { machine } from "./machine.ts";
import { escaped } from "./show.ts";
import { isLocked, lookAround, signsOfLife, takeLock, withCacheLock } from "./signs_of_life.ts";

/** Milliseconds without a sign of life after which others make the result. */
const SILENCE = 600_000;

/** Milliseconds between two looks at a claim of another process: at first, and at most. */
const SOON = 100, LATE = 5000;

/** Gives the result to whoever waits. */
export type Claim = { release: () => Promise<void> };

/** What stands in a claim; `job`: of the batch system, `attempt`: how often it was requeued. */
type Claimant = { token: string; machine: string; job?: string; attempt?: number };

/**
 * Takes the claim of the result that will lie in `folder`, or waits until whoever has it is done or
 * gone. Nothing where `isMade` finds the result meanwhile; it is asked under the cache lock. `onWait`
 * hears once that another process is at work.
 */
export async function claim(
  cacheDir: string,
  folder: string,
  { isMade, onWait }: { isMade: () => Promise<boolean>; onWait: (text: string) => void },
): Promise<Claim | undefined> {
  const path = `${folder}.claim`, own = await claimant();
  for (let pause = SOON, told = false;; pause = Math.min(LATE, 1.5 * pause)) {
    const found = await withCacheLock(cacheDir, async () => {
      if (await isMade()) return "made";
      await removeDead(path, { cacheDir, own });
      return await create(path, own);
    });
    if (found === "made") return undefined;
    if (found !== "taken") return found;
    if (!told) onWait(`${escaped(basename(folder))} is made by another process: waiting for it`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Removes the claims of processes that no longer run; call it under the cache lock. */
export async function removeDeadClaims(cacheDir: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(cacheDir)) {
    if (/-[0-9a-f]{16}\.claim$/.test(name)) names.push(name);
  }
  if (names.length === 0) return [];
  const own = await claimant(), removed: string[] = [];
  for (const name of names.sort()) {
    if (await removeDead(`${cacheDir}/${name}`, { cacheDir, own })) removed.push(name);
  }
  return removed;
}

async function create(path: string, own: Claimant): Promise<Claim | "taken"> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { createNew: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return "taken";
    throw error;
  }
  await takeLock(file);
  await file.write(new TextEncoder().encode(`\n${JSON.stringify(own)}\n`)); // a sign of life writes the first byte
  const close = signsOfLife(file);
  return {
    async release() {
      if ((await read(path))?.token === own.token) await removeIfThere(path);
      await close();
    },
  };
}

/** Whether a claim was there whose process is gone. */
async function removeDead(
  path: string,
  { cacheDir, own }: { cacheDir: string; own: Claimant },
): Promise<boolean> {
  const status = await Deno.stat(path).catch(() => undefined);
  if (status === undefined) return false;
  const { here, locks, now } = await lookAround(cacheDir), found = await read(path);
  const requeued = found?.job !== undefined && found.job === own.job &&
    (found.attempt ?? 0) < (own.attempt ?? 0);
  const alive = !requeued && (await isLocked(path) ||
    !(locks && found?.machine === here && here !== "unknown") &&
      now - (status.mtime?.getTime() ?? Infinity) < SILENCE);
  if (alive) return false;
  try {
    await removeIfThere(path);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false; // another user's
    throw error;
  }
}

async function read(path: string): Promise<Claimant | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return undefined; // gone, or its process was killed while it wrote it
  }
}

/** This process, with its job where it may read the environment of Slurm. */
async function claimant(): Promise<Claimant> {
  const job = await variable("SLURM_JOB_ID");
  return {
    token: crypto.randomUUID(),
    machine: await machine(),
    ...(job !== undefined && { job, attempt: Number(await variable("SLURM_RESTART_COUNT") ?? 0) }),
  };
}

/** A permission that Deno would have to ask for counts as missing. */
async function variable(name: string): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
