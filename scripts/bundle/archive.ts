/** One archive of a checkout's files and a folder beside them. @module */
import { join } from "node:path";
import { exists, temporaryName } from "../../lib/io/files.ts";
import { runProgram } from "./run_program.ts";

/** With a filter for machine code; unpacking takes 65 MiB of memory. */
const COMPRESS = `xz --threads=1 ${Deno.build.arch === "x86_64" ? "--x86 " : ""}--lzma2=preset=9`;

/**
 * Writes `files` of this folder and all of `folder` under `crosslab/` into `path`; same content, same
 * bytes. Returns their number.
 */
export async function writeArchive(
  path: string,
  { files, folder }: { files: readonly string[]; folder: string },
): Promise<number> {
  const list = join(folder, "files.txt");
  await Deno.writeTextFile(list, files.map((file) => `${file}\0`).join(""));
  const temporary = temporaryName(path);
  try {
    await runProgram("tar", [
      "--create",
      `--file=${temporary}`,
      `--use-compress-program=${COMPRESS}`,
      "--format=gnu",
      "--sort=name",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--mtime=2000-01-01 00:00Z",
      "--transform=s,^,crosslab/,S",
      "--null",
      `--files-from=${list}`,
      `--directory=${folder}`,
      ".deno",
    ]);
    await Deno.rename(temporary, path);
  } finally {
    if (await exists(temporary)) await Deno.remove(temporary);
  }
  return (await Deno.stat(path)).size;
}
