// One process makes a result and all others wait for it, also on disks whose locks mean nothing; whoever died is not waited for.
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { cached, cachedFolder, cleanLeftovers } from "../../lib/io/cached.ts";
import { inFolder } from "../util.ts";

const MADE = { kind: "S", inputs: {} };

/** A claim as a process of another machine leaves it, whose last sign of life is so many minutes old. */
async function elsewhere(cache: string, minutes: number, job = {}): Promise<string> {
  const path = `${cachedFolder(cache, MADE)}.claim`;
  const claimant = { token: crypto.randomUUID(), machine: "deadbeef", ...job };
  await Deno.writeTextFile(path, `\n${JSON.stringify(claimant)}\n`);
  const then = (Date.now() - 60_000 * minutes) / 1000;
  await Deno.utime(path, then, then);
  return path;
}

/** Asks for the result, which is "2" where this process makes it; what it heard. */
function ask(cache: string) {
  const said: string[] = [];
  const made = cached(
    cache,
    MADE,
    (folder) => Deno.writeTextFile(join(folder, "x"), "2"),
    { onDamaged: (text) => said.push(text) },
  ).then((folder) => Deno.readTextFile(join(folder, "x")));
  return { made, said };
}

const soon = (milliseconds: number) =>
  new Promise<"waits">((resolve) => setTimeout(() => resolve("waits"), milliseconds));

Deno.test("cached() makes a result that is asked for many times at once one time", () =>
  inFolder(async (cache) => {
    let made = 0;
    const make = async (folder: string) => {
      made++;
      await soon(30);
      await Deno.writeTextFile(join(folder, "x"), "1");
    };
    const quiet = { onDamaged: () => {} };
    await Promise.all([1, 2, 3].map(() => cached(cache, MADE, make, quiet)));
    assertEquals(made, 1);
    const left = [...Deno.readDirSync(cache)].map(({ name }) => name).sort();
    assertEquals(left, [".lock", cachedFolder(cache, MADE).slice(cache.length + 1)]);
  }));

Deno.test("cached() makes a result after another one failed to", () =>
  inFolder(async (cache) => {
    const begun = Promise.withResolvers<void>();
    const failing = cached(cache, MADE, async () => {
      begun.resolve();
      await soon(50);
      throw new Error("loss is NaN");
    });
    const refused = assertRejects(() => failing, Error, "loss is NaN");
    await begun.promise;
    const { made, said } = ask(cache);
    await refused;
    assertEquals([await made, said.length], ["2", 1]);
  }));

Deno.test("cached() waits for another machine, and takes its result", () =>
  inFolder(async (cache) => {
    const claim = await elsewhere(cache, 8), { made, said } = ask(cache);
    assertEquals(await Promise.race([made, soon(300)]), "waits");
    assertEquals(said.length, 1);
    // The other machine finishes: a cache of its own made the same result, with other bytes here.
    await inFolder(async (other) => {
      const folder = await cached(
        other,
        MADE,
        (folder) => Deno.writeTextFile(join(folder, "x"), "1"),
      );
      await Deno.rename(folder, cachedFolder(cache, MADE));
    });
    await Deno.remove(claim);
    assertEquals(await made, "1");
  }));

Deno.test("cached() does not wait for a machine that was silent for ten minutes", () =>
  inFolder(async (cache) => {
    await elsewhere(cache, 12);
    const { made, said } = ask(cache);
    assertEquals([await made, said], ["2", []]);
  }));

Deno.test("cached() of a requeued job does not wait for the attempt whose machine was lost", () =>
  inFolder(async (cache) => {
    const variables = { SLURM_JOB_ID: "71", SLURM_RESTART_COUNT: "2" };
    for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
    try {
      await elsewhere(cache, 0, { job: "71", attempt: 1 });
      assertEquals(await ask(cache).made, "2");
      await Deno.remove(cachedFolder(cache, MADE), { recursive: true });
      const claim = await elsewhere(cache, 0, { job: "71", attempt: 2 }); // another process of this very attempt
      const { made } = ask(cache);
      assertEquals(await Promise.race([made, soon(300)]), "waits");
      await Deno.remove(claim);
      assertEquals(await made, "2");
    } finally {
      for (const name of Object.keys(variables)) Deno.env.delete(name);
    }
  }));

Deno.test("cleanLeftovers() removes the claims of dead processes and no others", () =>
  inFolder(async (cache) => {
    const claim = await elsewhere(cache, 3);
    assertEquals(await cleanLeftovers(cache), []);
    await Deno.remove(claim);
    await elsewhere(cache, 30);
    assertEquals(await cleanLeftovers(cache), [claim.slice(cache.length + 1)]);
  }));
