/** The packages of all tasks, as Deno keeps them, without what no task here can use. @module */
import { join } from "node:path";
import { readJson } from "../../lib/io/files.ts";
import { MORE_LOCK } from "../task_program.ts";
import { runProgram } from "./run_program.ts";

/** Where Deno keeps packages of the registry that it knows without being told. */
const REGISTRY = "registry.npmjs.org";

/** Fetches every package of the lock into `<folder>/cache` and says how many bytes stay. */
export async function gatherPackages(folder: string): Promise<{ name: string; bytes: number }[]> {
  const cache = join(folder, "cache");
  const specifiers = Object.keys((await readJson(MORE_LOCK)).specifiers);
  // A program of one's own beside lib has no lock: Deno then asks which versions there are.
  const own = Object.keys((await readJson("deno.lock")).specifiers);
  for (const args of [["--frozen", `--lock=${MORE_LOCK}`, ...specifiers], ["--no-lock", ...own]]) {
    const all = ["cache", "--quiet", "--no-config", ...args];
    await runProgram(Deno.execPath(), all, { env: { DENO_DIR: cache } });
  }
  for await (const { name } of Deno.readDir(cache)) {
    if (name !== "npm") await Deno.remove(join(cache, name), { recursive: true });
  }
  // Another registry of this machine's has a folder of its own name, which is unknown elsewhere.
  const [registry] = await Array.fromAsync(Deno.readDir(join(cache, "npm")));
  if (registry.name !== REGISTRY) {
    await Deno.rename(join(cache, "npm", registry.name), join(cache, "npm", REGISTRY));
  }
  const bytes = await trim(cache, Deno.build.arch === "aarch64" ? "arm64" : "x64");
  return [{ name: `${specifiers.length} packages and what they need`, bytes }];
}

/** Removes what a Linux machine of this kind does not need; the bytes that are left. */
async function trim(folder: string, arch: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) bytes += await trim(path, arch);
    else if (isIdle(path, arch)) await Deno.remove(path);
    else bytes += (await Deno.lstat(path)).size;
  }
  return bytes;
}

/** Source maps, and programs for other systems. */
export function isIdle(path: string, arch: string): boolean {
  const [, system] = /\/dist\/((?:linux|darwin|win32)-\w+)\//.exec(path) ?? [];
  return path.endsWith(".map") || system !== undefined && system !== `linux-${arch}`;
}
