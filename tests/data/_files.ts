/** A file for one test. @module */
import { join } from "@std/path";
import { inFolder } from "../util.ts";

/** Calls `run` with the path of a new file, and removes it. */
export async function withFile(
  name: string,
  content: string | Uint8Array,
  run: (path: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, name);
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(path, bytes);
    await run(path);
  });
}
