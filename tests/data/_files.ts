import { join } from "@std/path";

/** Calls `run` with the path of a new file, and removes it. */
export async function withFile(
  name: string,
  content: string | Uint8Array,
  run: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, name);
    await Deno.writeFile(
      path,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
    await run(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
