import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readCrosscoders } from "../../../lib/crosscoder/run/results.ts";
import { writeJson } from "../../../lib/io/files.ts";
import { syntheticResults } from "./synthetic_results.ts";

async function stored<T>(results: unknown, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "crosslab-crosscoders-" });
  try {
    await writeJson(join(folder, "crosscoders", "results.json"), results);
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readCrosscoders() reads what was written", async () => {
  const results = syntheticResults();
  assertEquals(await stored(results, readCrosscoders), results);
});

Deno.test("readCrosscoders() refuses results that are not whole", async () => {
  const results = syntheticResults();
  const refused = (change: Record<string, unknown>, message: string) =>
    stored(
      { ...results, ...change },
      (folder) => assertRejects(() => readCrosscoders(folder), Error, message),
    );
  await refused({ coders: results.coders.slice(1) }, "found 2 of anthropic_jan25, level 0");
  const FVU = null; // JSON's NaN
  await refused({ coders: [{ ...results.coders[0], FVU }, ...results.coders.slice(1)] }, "FVU");
  const wide = results.coders.filter(({ d_sae }) => d_sae === results.settings.d_sae);
  await refused({ coders: wide }, "found 0 of batchtopk, 48 latents");
  await refused({ latents: results.latents.slice(1) }, "found no latents of anthropic_jan25");
  const planted = results.planted.map(({ FVU: _, ...one }) => one);
  await refused({ planted }, "found 0 of anthropic_jan25 on planted rows");
  await refused({ planted: results.planted.slice(0, -1) }, "found 2 of random on planted rows");
  await refused({ settings: { ...results.settings, levels: {} } }, "expected levels of");
  const latents = [{ ...results.latents[0], norms: [[1]] }, ...results.latents.slice(1)];
  await refused({ latents }, "other shapes for anthropic_jan25");
});
