/** Deno, where run.sh looks for it, and the Vulkan loader. @module */
import { dirname, join } from "node:path";
import { runProgram } from "./run_program.ts";

const LOADER = "libvulkan.so.1";

/**
 * Copies the running Deno, and the Vulkan loader of this machine where it has one: machines with a
 * GPU made for computing may have a driver alone.
 */
export async function copyRuntime(folder: string): Promise<{ name: string; bytes: number }[]> {
  const { arch } = Deno.build;
  const deno = join(folder, "node_modules", "@deno", `linux-${arch}`, "deno");
  const copied = [await copy(Deno.execPath(), deno, `Deno ${Deno.version.deno}`)];
  const known = await runProgram("/sbin/ldconfig", ["-p"]);
  const loader = known.split("\n").map((line) => line.trim().split(" => "))
    .find(([name]) => name.startsWith(`${LOADER} `));
  if (loader) copied.push(await copy(loader[1], join(folder, "lib", LOADER), "Vulkan loader"));
  return copied;
}

async function copy(from: string, to: string, name: string) {
  await Deno.mkdir(dirname(to), { recursive: true });
  await Deno.copyFile(from, to);
  return { name, bytes: (await Deno.stat(to)).size };
}
