/**
 * Makes one archive that runs on a Linux machine without a network: this checkout, Deno, every
 * package that a task needs, and a Vulkan loader.
 *
 *   sh scripts/run.sh bundle
 *   tar xf crosslab-<commit>-linux-x64.tar.xz && cd crosslab && sh scripts/run.sh replicate
 */
import { join, resolve } from "node:path";
import { checkWritable } from "../lib/io/files.ts";
import { writeArchive } from "./bundle/archive.ts";
import { describeCheckout } from "./bundle/checkout.ts";
import { gatherPackages } from "./bundle/packages.ts";
import { copyRuntime } from "./bundle/runtime.ts";
import { command, runCommand } from "./command_line.ts";
import { print, say } from "./terminal.ts";

const HELP =
  `Makes one archive for Linux machines without a network, of the kind that it is made on.

  sh scripts/run.sh bundle [options]

  --out FILE   where it goes (default out/crosslab-COMMIT-linux-x64.tar.xz)
  --help       this text

It holds the files of this checkout that git knows, as they are now, Deno, every package of deno.lock and
scripts/more.lock, and the Vulkan loader where this machine has one. There, with tar, xz and a Vulkan driver:

  tar xf crosslab-*.tar.xz && cd crosslab && sh scripts/run.sh replicate

Examples
  sh scripts/run.sh bundle
  sh scripts/run.sh bundle --out ../crosslab.tar.xz
`;

/** The command; returns the exit code. */
export const bundle = command({ help: HELP, strings: ["out"], bare: 0 }, async ({ out }) => {
  const { files, commit } = await describeCheckout();
  const path = resolve(out ?? join("out", `crosslab-${commit}-linux-${Deno.build.arch}.tar.xz`));
  await checkWritable(path);
  const folder = await Deno.makeTempDir({ prefix: "crosslab-bundle-" });
  try {
    say("Fetching packages ...");
    const parts = [
      { name: `checkout ${commit}, ${files.length} files`, bytes: await sizeOf(files) },
      ...await gatherPackages(join(folder, ".deno")),
      ...await copyRuntime(join(folder, ".deno")),
    ];
    say("Compressing, which takes some minutes ...");
    const bytes = await writeArchive(path, { files, folder });
    for (const part of parts) print(`${megabytes(part.bytes)}  ${part.name}`);
    print(`${megabytes(bytes)}  ${path}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return 0;
});

async function sizeOf(files: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const file of files) bytes += (await Deno.lstat(file)).size;
  return bytes;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1).padStart(7)} MB`;
}

if (import.meta.main) await runCommand(bundle);
