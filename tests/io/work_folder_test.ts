// A shared disk may grant every lock, keep the locks of each machine to itself, or know none. Here the methods of Deno.FsFile
// stand for such disks, and folders with names from another machine for the work of its processes.
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { writeWhole } from "../../lib/io/files.ts";
import { cached, cleanLeftovers } from "../../lib/io/cached.ts";
import { inFolder } from "../util.ts";

const names = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== ".lock").sort();

const write = (folder: string) => Deno.writeTextFile(join(folder, "x"), "1");

const granted = { lock: () => Promise.resolve(), tryLock: () => Promise.resolve(true) };
const unsupported = () => Promise.reject(new Error("No locks available (os error 37)"));
const DISKS = {
  "that grants every lock": granted,
  "that knows no locks": { lock: unsupported, tryLock: unsupported },
};

/** Runs something while locks are as on another disk. */
async function onDisk<T>(locks: typeof granted, run: () => Promise<T>): Promise<T> {
  const { lock, tryLock } = Deno.FsFile.prototype;
  Object.assign(Deno.FsFile.prototype, locks);
  try {
    return await run();
  } finally {
    Object.assign(Deno.FsFile.prototype, { lock, tryLock });
  }
}

/** A process that is half way through a result, and finishes it after a line of input. */
async function startWork(cache: string) {
  const module = import.meta.resolve("../../lib/io/cached.ts");
  const script = `
    import { cached } from ${JSON.stringify(module)};
    await cached(${JSON.stringify(cache)}, { kind: "S", inputs: {} }, async (folder) => {
      console.log("half way");
      await Deno.stdin.read(new Uint8Array(1));
      await Deno.writeTextFile(folder + "/x", "1");
    });`;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-config",
      "--no-check",
      "--allow-read",
      "--allow-write",
      `data:text/typescript,${encodeURIComponent(script)}`,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    async finish() {
      await child.stdin.getWriter().write(Uint8Array.of(10));
      const stderr = await new Response(child.stderr).text();
      await reader.cancel();
      const { success } = await child.status;
      await child.stdin.close().catch(() => {});
      return { success, stderr };
    },
  };
}

for (const [disk, locks] of Object.entries(DISKS)) {
  Deno.test(`cached() on a disk ${disk} spares the work of another process, which finishes`, () =>
    inFolder(async (cache) => {
      const work = await startWork(cache);
      const folder = names(cache).find((name) => name.includes(".tmp-"))!;
      await onDisk(locks, async () => {
        assertEquals(await cleanLeftovers(cache), []);
        await cached(cache, { kind: "D", inputs: {} }, write);
        assert(names(cache).includes(folder), "the folder of the other process is still there");
        // The same result is waited for.
        const never = () => Promise.reject(new Error("made twice"));
        const same = cached(cache, { kind: "S", inputs: {} }, never, { onDamaged: () => {} });
        assertEquals(await work.finish(), { success: true, stderr: "" });
        await same;
      });
      assertEquals(names(cache).map((name) => name[0]), ["D", "S"]);
    }));

  Deno.test(`cached() on a disk ${disk} works many times at once, and all get the one folder`, () =>
    inFolder((cache) =>
      onDisk(locks, async () => {
        const all = await Promise.all(
          [1, 2, 3, 4].map(() => cached(cache, { kind: "S", inputs: {} }, write)),
        );
        assertEquals(new Set(all).size, 1);
        assertEquals(names(cache), [all[0].slice(cache.length + 1)]);
        assertEquals(names(all[0]), ["inputs.json", "x"]);
      })
    ));
}

/** The work of a process on another machine, whose last sign of life is so many minutes old. */
async function elsewhere(cache: string, minutes: number): Promise<string> {
  const name = `S-0123456789abcdef.tmp-deadbeef-${crypto.randomUUID()}`;
  await Deno.mkdir(join(cache, name));
  await Deno.writeTextFile(join(cache, name, ".lock"), "\n");
  const then = (Date.now() - 60_000 * minutes) / 1000;
  await Deno.utime(join(cache, name, ".lock"), then, then);
  return name;
}

Deno.test("cleanLeftovers() spares the work of another machine until that was silent for an hour", () =>
  inFolder(async (cache) => {
    const living = await elsewhere(cache, 50);
    const dead = await elsewhere(cache, 70);
    assertEquals(await cleanLeftovers(cache), [dead]); // its locks do not reach this machine: none is taken
    assertEquals(names(cache), [living]);
  }));

Deno.test("cached() names its work after the machine and nothing that another process may choose", () =>
  inFolder(async (cache) => {
    const seen: string[] = [];
    const make = (folder: string) => Promise.resolve(void seen.push(folder));
    await cached(cache, { kind: "S", inputs: { n: 1 } }, make);
    await cached(cache, { kind: "S", inputs: { n: 2 } }, make);
    const [first, second] = seen.map((folder) =>
      /\.tmp-([0-9a-f]{8})-([0-9a-f-]{36})$/.exec(folder)!
    );
    assertEquals(first[1], second[1]);
    assert(first[2] !== second[2]);
  }));

Deno.test("cached() says that its work was removed by someone else, and finishes no half of it", () =>
  inFolder(async (cache) => {
    const makes = [
      (folder: string) => Deno.remove(folder, { recursive: true }),
      async (folder: string) => {
        await writeWhole(join(folder, "x"), "1");
        await Deno.remove(folder, { recursive: true });
        await writeWhole(join(folder, "y"), "1"); // makes the folder anew
      },
    ];
    for (const make of makes) {
      const error = await assertRejects(() =>
        cached(cache, { kind: "S", inputs: {} }, make)
      ) as Error;
      assertMatch(
        error.message,
        /^Cannot finish a result: expected its files in .* but found it removed/,
      );
      assertEquals(names(cache), []);
    }
  }));

Deno.test("cached() refuses a pipe where its lock should be, and does not wait for a reader", () =>
  inFolder(async (cache) => {
    await new Deno.Command("mkfifo", { args: [join(cache, ".lock")] }).output();
    const made = { kind: "S", inputs: {} };
    await assertRejects(() => cached(cache, made, write), Error, "but found a pipe");
  }));
