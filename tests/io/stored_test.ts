import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "node:path";
import { contentsOf } from "../../lib/io/contents.ts";
import { readJson, temporaryName, writeJson, writeWhole } from "../../lib/io/files.ts";
import { cleanLeftovers, finishedStage, stageFolder, stageKey } from "../../lib/io/stored.ts";
import { inFolder } from "../util.ts";

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

/** printf 1 | sha256sum */
const SHA_OF_1 = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";

Deno.test("finishedStage() makes a stage once, and another one for other inputs", () =>
  inFolder(async (cache) => {
    let made = 0;
    const make = async (folder: string) => {
      made++;
      await Deno.mkdir(join(folder, "below"));
      await Deno.writeTextFile(join(folder, "x"), "1");
      await Deno.writeTextFile(join(folder, "below", "y"), "1");
    };
    const first = await finishedStage(cache, "S", { lr: 1 }, make);
    assertEquals(await finishedStage(cache, "S", { lr: 1 }, make), first);
    assertEquals([made, first], [1, stageFolder(cache, "S", { lr: 1 })]);
    assertEquals(visible(first), ["below", "inputs.json", "x"]);
    const files = { "below/y": SHA_OF_1, x: SHA_OF_1 };
    assertEquals(await readJson(join(first, "inputs.json")), {
      inputs: { lr: 1 },
      kind: "S",
      files,
    });
    await finishedStage(cache, "S", { lr: 2 }, make);
    assertEquals([made, visible(cache).length], [2, 2]);
  }));

/** What is done to a finished stage -> what is said to be found. */
const DAMAGES: [string, (folder: string) => void, string][] = [
  ["a flipped bit", (f) => Deno.writeTextFileSync(join(f, "x"), "0"), "other bytes in x"],
  ["a truncated file", (f) => Deno.writeTextFileSync(join(f, "x"), ""), "other bytes in x"],
  ["a deleted file", (f) => Deno.removeSync(join(f, "x")), "no x"],
  ["a deleted file in a folder", (f) => Deno.removeSync(join(f, "a", "y")), "no a/y"],
  ["a file more", (f) => Deno.writeTextFileSync(join(f, "z"), ""), "z besides"],
  ["a folder for a file", (f) => {
    Deno.removeSync(join(f, "x"));
    Deno.mkdirSync(join(f, "x"));
  }, "no x"],
  ["a dead link for a file", (f) => {
    Deno.removeSync(join(f, "x"));
    Deno.symlinkSync(join(f, "nowhere"), join(f, "x"));
  }, "no x"],
  ["no inputs.json", (f) => Deno.removeSync(join(f, "inputs.json")), "no inputs.json"],
  ["half an inputs.json", (f) => Deno.truncateSync(join(f, "inputs.json"), 30), "damaged"],
  ["an inputs.json of something else", (f) => {
    Deno.writeTextFileSync(join(f, "inputs.json"), "[null]");
  }, "other inputs"],
  ["an inputs.json of null", (f) => {
    Deno.writeTextFileSync(join(f, "inputs.json"), "null");
  }, "other inputs"],
  ["an inputs.json nested too deeply", (f) => {
    Deno.writeTextFileSync(join(f, "inputs.json"), "[".repeat(300_000) + "]".repeat(300_000));
  }, "inputs.json damaged"],
  ["a number beyond all in its inputs", (f) => {
    Deno.writeTextFileSync(join(f, "inputs.json"), '{"inputs": {"a": 1e999}, "kind": "S"}');
  }, "inputs.json damaged"],
  ["other inputs", (f) => edit(f, { inputs: { a: 2 } }), "other inputs"],
  [
    "an inputs.json without hashes, as it once was",
    (f) => edit(f, { files: undefined }),
    "no hashes",
  ],
  ["hashes that are none", (f) => edit(f, { files: { x: 1 } }), "no hashes"],
  ["no folder at all but a file", (f) => {
    Deno.removeSync(f, { recursive: true });
    Deno.writeTextFileSync(f, "");
  }, "no inputs.json"],
];

function edit(folder: string, fields: Record<string, unknown>): void {
  const path = join(folder, "inputs.json");
  const stored = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...stored, ...fields }));
}

for (const [what, damage, found] of DAMAGES) {
  Deno.test(`finishedStage() makes a stage with ${what} again, says so and keeps what was there`, () =>
    inFolder(async (cache) => {
      const make = async (folder: string) => {
        await Deno.mkdir(join(folder, "a"));
        await Deno.writeTextFile(join(folder, "a", "y"), "1");
        await Deno.writeTextFile(join(folder, "x"), "1");
      };
      const said: string[] = [];
      const stage = () =>
        finishedStage(cache, "S", { a: 1 }, make, { onDamaged: (text) => said.push(text) });
      const folder = await stage();
      const whole = await contentsOf(folder);
      damage(folder);
      for (let again = 0; again < 2; again++) {
        assertEquals(await stage(), folder);
        assertEquals(await contentsOf(folder), whole);
      }
      assertEquals(said.length, 1, "once");
      assertStringIncludes(
        said[0],
        `Cannot use ${folder}: expected it as it was written but found`,
      );
      assertStringIncludes(said[0], found);
      const name = folder.slice(cache.length + 1);
      assertEquals(visible(cache), [name, `${name}.damaged`]);
      damage(folder); // what was kept before does not stand in the way
      await stage();
      assertEquals([said.length, visible(cache)], [2, [name, `${name}.damaged`]]);
    }));
}

Deno.test("finishedStage() leaves alone what the system puts into a folder", () =>
  inFolder(async (cache) => {
    const make = (folder: string) => Deno.writeTextFile(join(folder, "x"), "1");
    const folder = await finishedStage(cache, "S", {}, make);
    await Deno.writeTextFile(join(folder, ".DS_Store"), "");
    const again = () => Promise.reject(new Error("made again"));
    assertEquals(await finishedStage(cache, "S", {}, again), folder);
  }));

Deno.test("finishedStage() tells the default listener of damage on stderr, and refuses other options", () =>
  inFolder(async (cache) => {
    const make = (folder: string) => Deno.writeTextFile(join(folder, "x"), "1");
    const folder = await finishedStage(cache, "S", {}, make);
    await Deno.remove(join(folder, "x"));
    const said: unknown[] = [];
    const real = console.error;
    console.error = (...words: unknown[]) => said.push(...words);
    try {
      await finishedStage(cache, "S", {}, make);
    } finally {
      console.error = real;
    }
    assertEquals(said.length, 1);
    const misspelt = { onDamage: () => {} } as unknown as { onDamaged?: () => void };
    await assertRejects(
      () => finishedStage(cache, "S", {}, make, misspelt),
      RangeError,
      "did you mean onDamaged?",
    );
    await assertRejects(
      () => finishedStage(cache, "../S", {}, make),
      RangeError,
      "without slashes",
    );
    await assertRejects(() => finishedStage("", "S", {}, make), RangeError, "path of a folder");
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
    const { randomUUID } = crypto;
    crypto.randomUUID = () => "0-0-0-0-0";
    try {
      await Deno.mkdir(temporaryName(path)); // in the way of the temporary file
      await Deno.writeTextFile(join(temporaryName(path), "x"), "");
      await assertRejects(() => writeWhole(path, "new"));
    } finally {
      crypto.randomUUID = randomUUID;
    }
    assertEquals(await readJson(path), { a: 1 });
    await Deno.writeTextFile(path, "{");
    await assertRejects(() => readJson(path), Error, "expected JSON");
  }));

Deno.test("temporaryName() gives no name twice, and one beside the file", () => {
  assertNotEquals(temporaryName("out/a.json"), temporaryName("out/a.json"));
  assert(temporaryName("out/a.json").startsWith("out/a.json.tmp-"));
});
