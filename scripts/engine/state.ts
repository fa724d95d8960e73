/**
 * What an engine knows of a run's tasks, as files that all machines see:
 *
 *   <state>/done/<task>        made
 *   <state>/failed/<task>      its process ended with this exit code
 *   <state>/logs/<task>.log    what its process said, all attempts
 *   <state>/groups/            what was given to Slurm
 *   <state>/adapter.json       the adapter of the first task
 *
 * The files say what is worth starting, never what is right: a task looks into the cache of results
 * itself.
 * @module
 */
import { join } from "node:path";
import { exists, readJson, writeJson } from "../../lib/io/files.ts";
import { escaped, show } from "../../lib/io/show.ts";

const FOLDERS = ["done", "failed", "logs", "groups"] as const;
type Folder = typeof FOLDERS[number];

/** Makes the folders, and forgets failures: what failed is tried again. */
export async function openState(state: string): Promise<void> {
  for (const folder of FOLDERS) await Deno.mkdir(join(state, folder), { recursive: true });
  for (const name of await namesIn(state, "failed")) {
    await Deno.remove(fileOf(state, "failed", name));
  }
}

/** Forgets that a task was made. */
export async function forget(state: string, name: string): Promise<void> {
  const done = await namesIn(state, "done");
  if (done.has(name)) await Deno.remove(fileOf(state, "done", name));
}

/** The file of a task. */
export function fileOf(state: string, folder: Folder, name: string): string {
  return join(state, folder, name.replace("/", "+") + (folder === "logs" ? ".log" : ""));
}

/** The tasks that have a file. */
export async function namesIn(state: string, folder: Folder): Promise<Set<string>> {
  const found = await Array.fromAsync(Deno.readDir(join(state, folder)));
  return new Set(found.map(({ name }) => name.replace("+", "/")));
}

/** A sentence about a task that failed: its exit code, and the last line that it said. */
export async function failureOf(state: string, name: string): Promise<string> {
  const code = (await Deno.readTextFile(fileOf(state, "failed", name)).catch(() => "")).trim();
  const log = fileOf(state, "logs", name);
  const said = (await Deno.readTextFile(log).catch(() => "")).trim().split("\n").at(-1)!;
  return `task ${name} ended with ${code ? `exit code ${code}` : "no word"}: ` +
    `${escaped(said) || "it said nothing"} (${escaped(log)})`;
}

/** Throws where a folder holds no notes of an engine. */
export async function expectState(state: string): Promise<void> {
  for (const folder of FOLDERS) {
    const found = await Deno.stat(join(state, folder)).catch(() => undefined);
    if (found?.isDirectory) continue;
    throw new Error(
      `Cannot run a task: expected --state to be a folder that --engine made but found no folder ${folder} in ` +
        `${
          escaped(state)
        }: start the run with --engine, which makes it and says --state to each task`,
    );
  }
}

/**
 * Throws where the tasks before ran on another adapter, whose results this one would not find. The
 * first one says which it is; so does the next one where nobody can read what it said.
 */
export async function expectAdapter(state: string, key: string): Promise<void> {
  const path = join(state, "adapter.json");
  if (await adapterIn(path) === undefined) await writeJson(path, { key });
  const found = await adapterIn(path);
  if (found === key) return;
  throw new Error(
    `Cannot run a task: expected the adapter of all others, ${show(found)}, but found ${
      show(key)
    }: ` +
      "results differ between adapters; name machines of one kind (with Slurm by --partition, " +
      `--constraint or --gres), or delete ${escaped(state)} to begin anew on this one`,
  );
}

async function adapterIn(path: string): Promise<string | undefined> {
  if (!await exists(path)) return undefined;
  const said = await readJson(path).catch(() => undefined);
  return typeof said?.key === "string" ? said.key : undefined;
}
