import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withScratch } from "../../lib/io/scratch.ts";

Deno.test("withScratch() leaves nothing, whether the work succeeds or fails", async () => {
  const cacheDir = await Deno.makeTempDir();
  const made = { kind: "trial", inputs: { seed: 0 } };
  const names = () => [...Deno.readDirSync(cacheDir)].filter(({ isDirectory }) => isDirectory);
  const found = await withScratch(cacheDir, made, async (folder) => {
    await Deno.writeTextFile(join(folder, "a"), "b");
    return [names().length, await Deno.readTextFile(join(folder, "a"))];
  });
  assertEquals(found, [1, "b"]);
  assertEquals(names(), []);
  await assertRejects(() => withScratch(cacheDir, made, () => Promise.reject(new Error("no"))));
  assertEquals(names(), []);
  await Deno.remove(cacheDir, { recursive: true });
});
