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
import { guardDisk, readJson, temporaryName, writeJson, writeWhole } from "../../lib/io/files.ts";
import { cached, cachedFolder, cacheKey, cleanLeftovers } from "../../lib/io/cached.ts";
import { inFolder } from "../util.ts";

const visible = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== ".lock").sort();

Deno.test("cacheKey() is the SHA-256 of canonical JSON and knows no order of keys", () => {
  // printf '{"inputs":{"a":1,"b":[2]},"kind":"S"}' | sha256sum | cut -c1-16
  assertEquals(cacheKey({ kind: "S", inputs: { b: [2], a: 1 } }), "2bdc3cb20f72a885");
  assertNotEquals(
    cacheKey({ kind: "S", inputs: { a: 1 } }),
    cacheKey({ kind: "D", inputs: { a: 1 } }),
  );
  assertNotEquals(
    cacheKey({ kind: "S", inputs: { a: 1 } }),
    cacheKey({ kind: "S", inputs: { a: "1" } }),
  );
});

Deno.test("cacheKey() refuses what JSON would change in silence", () => {
  assertThrows(
    () => cacheKey({ kind: "S", inputs: { lr: NaN } }),
    TypeError,
    "at result.inputs.lr but found NaN",
  );
  assertThrows(
    () => cacheKey({ kind: "S", inputs: { a: [undefined] } }),
    TypeError,
    "at result.inputs.a[0]",
  );
  assertThrows(
    () => cacheKey({ kind: "S", inputs: { a: new Map() } }),
    TypeError,
    "expected plain JSON",
  );
});

/** printf 1 | sha256sum */
const SHA_OF_1 = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";

Deno.test("cached() makes a result once, and another one for other inputs", () =>
  inFolder(async (cache) => {
    let made = 0;
    const make = async (folder: string) => {
      made++;
      await Deno.mkdir(join(folder, "below"));
      await Deno.writeTextFile(join(folder, "x"), "1");
      await Deno.writeTextFile(join(folder, "below", "y"), "1");
    };
    const first = await cached(cache, { kind: "S", inputs: { lr: 1 } }, make);
    assertEquals(await cached(cache, { kind: "S", inputs: { lr: 1 } }, make), first);
    assertEquals([made, first], [1, cachedFolder(cache, { kind: "S", inputs: { lr: 1 } })]);
    assertEquals(visible(first), ["below", "inputs.json", "x"]);
    const files = { "below/y": SHA_OF_1, x: SHA_OF_1 };
    assertEquals(await readJson(join(first, "inputs.json")), {
      inputs: { lr: 1 },
      kind: "S",
      files,
    });
    await cached(cache, { kind: "S", inputs: { lr: 2 } }, make);
    assertEquals([made, visible(cache).length], [2, 2]);
  }));

/** What is done to a finished result -> what is said to be found. */
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
  Deno.test(`cached() makes a result with ${what} again, says so and keeps what was there`, () =>
    inFolder(async (cache) => {
      const make = async (folder: string) => {
        await Deno.mkdir(join(folder, "a"));
        await Deno.writeTextFile(join(folder, "a", "y"), "1");
        await Deno.writeTextFile(join(folder, "x"), "1");
      };
      const said: string[] = [];
      const ask = () =>
        cached(cache, { kind: "S", inputs: { a: 1 } }, make, {
          onDamaged: (text) => said.push(text),
        });
      const folder = await ask();
      const whole = await contentsOf(folder);
      damage(folder);
      for (let again = 0; again < 2; again++) {
        assertEquals(await ask(), folder);
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
      await ask();
      assertEquals([said.length, visible(cache)], [2, [name, `${name}.damaged`]]);
    }));
}

Deno.test("cached() leaves alone what the system puts into a folder", () =>
  inFolder(async (cache) => {
    const make = (folder: string) => Deno.writeTextFile(join(folder, "x"), "1");
    const folder = await cached(cache, { kind: "S", inputs: {} }, make);
    await Deno.writeTextFile(join(folder, ".DS_Store"), "");
    const again = () => Promise.reject(new Error("made again"));
    assertEquals(await cached(cache, { kind: "S", inputs: {} }, again), folder);
  }));

Deno.test("cached() tells the default listener of damage on stderr, and refuses other options", () =>
  inFolder(async (cache) => {
    const make = (folder: string) => Deno.writeTextFile(join(folder, "x"), "1");
    const folder = await cached(cache, { kind: "S", inputs: {} }, make);
    await Deno.remove(join(folder, "x"));
    const said: unknown[] = [];
    const real = console.error;
    console.error = (...words: unknown[]) => said.push(...words);
    try {
      await cached(cache, { kind: "S", inputs: {} }, make);
    } finally {
      console.error = real;
    }
    assertEquals(said.length, 1);
    const misspelt = { onDamage: () => {} } as unknown as { onDamaged?: () => void };
    await assertRejects(
      () => cached(cache, { kind: "S", inputs: {} }, make, misspelt),
      RangeError,
      "did you mean onDamaged?",
    );
    await assertRejects(
      () => cached(cache, { kind: "../S", inputs: {} }, make),
      RangeError,
      "without slashes",
    );
    await assertRejects(
      () => cached("", { kind: "S", inputs: {} }, make),
      RangeError,
      "path of a folder",
    );
  }));

Deno.test("cached() leaves nothing when make() throws", () =>
  inFolder(async (cache) => {
    const make = async (folder: string) => {
      await Deno.writeTextFile(join(folder, "half"), "");
      throw new Error("loss is NaN at step 3");
    };
    await assertRejects(
      () => cached(cache, { kind: "S", inputs: {} }, make),
      Error,
      "NaN at step 3",
    );
    assertEquals(visible(cache), []);
  }));

Deno.test("cached() works twice at once, and both get the one folder", () =>
  inFolder(async (cache) => {
    const make = async (folder: string) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await Deno.writeTextFile(join(folder, "x"), "1");
    };
    const both = await Promise.all(
      [1, 2].map(() => cached(cache, { kind: "S", inputs: {} }, make)),
    );
    assertEquals(both[0], both[1]);
    assertEquals(visible(cache), [both[0].slice(cache.length + 1)]);
  }));

Deno.test("cached() goes on after kill -9, and spares the work of a living process", () =>
  inFolder(async (cache) => {
    const module = import.meta.resolve("../../lib/io/cached.ts");
    const script = `
      import { cached } from ${JSON.stringify(module)};
      await cached(${JSON.stringify(cache)}, { kind: "S", inputs: {} }, async (folder) => {
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
    assertEquals(visible(cache).length, 2); // its claim and its work
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    const make = (folder: string) => Deno.writeTextFile(join(folder, "x"), "1");
    const folder = await cached(cache, { kind: "S", inputs: {} }, make);
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

Deno.test("guardDisk() calls /dev a place for no file, and does not advise to allow everything", async () => {
  const write = () => guardDisk("/dev/null/smoke", () => Deno.mkdir("/dev/null/smoke"));
  const error = await assertRejects(write, Error, "expected a place for a file but found") as Error;
  assert(!error.message.includes("--allow-all"), error.message);
});
