import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { Checkpoint } from "../../lib/io/checkpoint.ts";
import { cached, cachedFolder, cleanLeftovers } from "../../lib/io/cached.ts";
import { inFolder } from "../util.ts";

const names = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== ".lock").sort();

/** A result that leaves `state` behind and throws, as one that is killed would. */
async function breakOff(cache: string, state: Uint8Array): Promise<void> {
  const make = async (_: string, checkpoint: Checkpoint) => {
    await checkpoint.write(Uint8Array.of(1)); // overwritten
    await checkpoint.write(state);
    throw new Error("lost");
  };
  await assertRejects(() => cached(cache, { kind: "S", inputs: {} }, make), Error, "lost");
}

const STATE = Uint8Array.of(3, 1, 4, 1, 5);

Deno.test("cached() hands a checkpoint on to the next try, and removes it with the result", () =>
  inFolder(async (cache) => {
    await breakOff(cache, STATE);
    const folder = cachedFolder(cache, { kind: "S", inputs: {} }),
      own = folder.slice(cache.length + 1);
    assertEquals(names(cache), [`${own}.checkpoint`]);
    assertEquals(await cleanLeftovers(cache), [], "a checkpoint of unfinished work is kept");
    let found: Uint8Array | undefined;
    await cached(cache, { kind: "S", inputs: {} }, async (folder, checkpoint) => {
      found = await checkpoint.read();
      await Deno.writeTextFile(join(folder, "x"), "1");
    });
    assertEquals(found, STATE);
    assertEquals([names(cache), names(folder)], [[own], ["inputs.json", "x"]]);
    await Deno.writeTextFile(`${folder}.checkpoint`, ""); // a process killed before it removed its own
    assertEquals(await cleanLeftovers(cache), [`${own}.checkpoint`]);
  }));

Deno.test("cached() gives no checkpoint of other inputs", () =>
  inFolder(async (cache) => {
    await breakOff(cache, STATE);
    await cached(cache, { kind: "S", inputs: { lr: 1 } }, async (folder, checkpoint) => {
      assertEquals(await checkpoint.read(), undefined);
      await Deno.writeTextFile(join(folder, "x"), "1");
    });
  }));

const DAMAGES: [string, (bytes: Uint8Array) => Uint8Array][] = [
  ["a flipped bit", (bytes) => bytes.map((byte, i) => i === 34 ? byte ^ 1 : byte)],
  ["another hash", (bytes) => bytes.map((byte, i) => i === 0 ? byte ^ 1 : byte)],
  ["half of it", (bytes) => bytes.subarray(0, 35)],
  ["nothing", () => new Uint8Array()],
];

for (const [what, damage] of DAMAGES) {
  Deno.test(`a checkpoint with ${what} is told and not used`, () =>
    inFolder(async (cache) => {
      await breakOff(cache, STATE);
      const path = `${cachedFolder(cache, { kind: "S", inputs: {} })}.checkpoint`;
      await Deno.writeFile(path, damage(await Deno.readFile(path)));
      const said: string[] = [];
      await cached(cache, { kind: "S", inputs: {} }, async (folder, checkpoint) => {
        assertEquals(await checkpoint.read(), undefined);
        await Deno.writeTextFile(join(folder, "x"), "1");
      }, { onDamaged: (text) => said.push(text) });
      assertEquals(said.length, 1);
      assertStringIncludes(said[0], "found other bytes than were written: the work begins again");
    }));
}
