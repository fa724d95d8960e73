import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { readJson, writeJson, writeWhole } from "../../lib/io/files.ts";
import { cleanLeftovers, finishedStage, stageFolder, stageKey } from "../../lib/io/stored.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const visible = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== ".lock").sort();

Deno.test("stageKey() is the SHA-256 of canonical JSON and knows no order of keys", () => {
  // printf '{"inputs":{"a":1,"b":[2]},"kind":"S"}' | sha256sum | cut -c1-16
  assertEquals(stageKey("S", { b: [2], a: 1 }), "2bdc3cb20f72a885");
  assertNotEquals(stageKey("S", { a: 1 }), stageKey("D", { a: 1 }));
  assertNotEquals(stageKey("S", { a: 1 }), stageKey("S", { a: "1" }));
});

Deno.test("stageKey() refuses what JSON would change in silence", () => {
  assertThrows(() => stageKey("S", { lr: NaN }), TypeError, "at stage.inputs.lr but found NaN");
  assertThrows(() => stageKey("S", { a: [undefined] }), TypeError, "at stage.inputs.a[0]");
  assertThrows(() => stageKey("S", { a: new Map() }), TypeError, "expected plain JSON");
});

Deno.test("finishedStage() makes a stage once, and another one for other inputs", () =>
  inFolder(async (cache) => {
    let made = 0;
    const make = async (folder: string) => {
      made++;
      await Deno.writeTextFile(join(folder, "x"), "1");
    };
    const first = await finishedStage(cache, "S", { lr: 1 }, make);
    assertEquals(await finishedStage(cache, "S", { lr: 1 }, make), first);
    assertEquals([made, first], [1, stageFolder(cache, "S", { lr: 1 })]);
    assertEquals(visible(first), ["inputs.json", "x"]);
    assertEquals(await readJson(join(first, "inputs.json")), { inputs: { lr: 1 }, kind: "S" });
    await finishedStage(cache, "S", { lr: 2 }, make);
    assertEquals([made, visible(cache).length], [2, 2]);
  }));

Deno.test("finishedStage() leaves nothing when make() throws", () =>
  inFolder(async (cache) => {
    const make = async (folder: string) => {
      await Deno.writeTextFile(join(folder, "half"), "");
      throw new Error("loss is NaN at step 3");
    };
    await assertRejects(() => finishedStage(cache, "S", {}, make), Error, "NaN at step 3");
    assertEquals(visible(cache), []);
  }));

Deno.test("finishedStage() refuses a folder that other inputs made", () =>
  inFolder(async (cache) => {
    await writeJson(join(stageFolder(cache, "S", { a: 1 }), "inputs.json"), { a: 2 });
    const make = () => Promise.resolve();
    await assertRejects(
      () => finishedStage(cache, "S", { a: 1 }, make),
      Error,
      "delete the folder",
    );
  }));

Deno.test("finishedStage() works twice at once, and both get the one folder", () =>
  inFolder(async (cache) => {
    const make = async (folder: string) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await Deno.writeTextFile(join(folder, "x"), "1");
    };
    const both = await Promise.all([1, 2].map(() => finishedStage(cache, "S", {}, make)));
    assertEquals(both[0], both[1]);
    assertEquals(visible(cache), [both[0].slice(cache.length + 1)]);
  }));

Deno.test("finishedStage() goes on after kill -9, and spares the work of a living process", () =>
  inFolder(async (cache) => {
    const module = import.meta.resolve("../../lib/io/stored.ts");
    const script = `
      import { finishedStage } from ${JSON.stringify(module)};
      await finishedStage(${JSON.stringify(cache)}, "S", {}, async (folder) => {
        await Deno.writeTextFile(folder + "/half", "");
        console.log("half way");
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    const path = join(cache, "child.ts");
    await Deno.writeTextFile(path, script);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "--no-check", "-A", path],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read(); // it is half way
    await Deno.remove(path);
    assertEquals(await cleanLeftovers(cache), []);
    assertEquals(visible(cache).length, 1);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    const make = (folder: string) => Deno.writeTextFile(join(folder, "x"), "1");
    const folder = await finishedStage(cache, "S", {}, make);
    assertEquals(visible(cache), [folder.slice(cache.length + 1)]);
    assertEquals(visible(folder), ["inputs.json", "x"]);
  }));

Deno.test("guardDisk() says what a full disk cost and what to do", async () => {
  if (Deno.build.os !== "linux") {
    console.log("skipped: only Linux has /dev/full");
    return;
  }
  // Only a process with all permissions may open /dev/full.
  const module = import.meta.resolve("../../lib/io/files.ts");
  const script = `
    import { guardDisk } from ${JSON.stringify(module)};
    await guardDisk("out/model", () => Deno.writeTextFile("/dev/full", "x"));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-check", "-A", `data:text/typescript,${encodeURI(script)}`],
  });
  const { success, stderr } = await child.output();
  const expected = "Cannot write out/model: expected room on the disk but found it full: nothing";
  const found = new TextDecoder().decode(stderr);
  assertEquals([success, found.includes(expected)], [false, true], found);
});

Deno.test("writeWhole() keeps the earlier file when it cannot write, and leaves no other", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.json");
    await writeJson(path, { a: 1 });
    await Deno.mkdir(`${path}.tmp-${Deno.pid}`); // in the way of the temporary file
    await Deno.writeTextFile(join(`${path}.tmp-${Deno.pid}`, "x"), "");
    await assertRejects(() => writeWhole(path, "new"));
    assertEquals(await readJson(path), { a: 1 });
    await Deno.writeTextFile(path, "{");
    await assertRejects(() => readJson(path), Error, "expected JSON");
  }));
