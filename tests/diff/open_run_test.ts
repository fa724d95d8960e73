// The run that is made where none is found takes a minute and is the one of scripts/systems.ts: not made here.
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openRun, resultsFolder } from "../../lib/diff/open_run.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { CHECKOUT } from "../notebooks/kernel.ts";
import { writeSyntheticRun } from "./synthetic_run.ts";

const unused = {} as Gpu;

Deno.test("openRun() opens the first finished run among the presets, without touching the GPU", async () => {
  const out = await Deno.makeTempDir({ prefix: "crosslab-open-" });
  try {
    await writeSyntheticRun(join(out, "smoke"));
    assertEquals((await openRun(unused, { out })).folder, join(out, "smoke"));
    await writeSyntheticRun(join(out, "small"));
    assertEquals((await openRun(unused, { out })).folder, join(out, "small"));
    const opened = await openRun(unused, { out, presets: ["smoke", "small"] });
    assertEquals(opened.folder, join(out, "smoke"));
    await Deno.remove(join(out, "small", "stagewise", "measures.json")); // a run that was killed
    assertEquals((await openRun(unused, { out })).folder, join(out, "smoke"));
    await Deno.remove(join(out, "smoke"), { recursive: true });
    await writeSyntheticRun(join(out, "first-look")); // what an earlier call made
    assertEquals((await openRun(unused, { out })).folder, join(out, "first-look"));
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("resultsFolder() is out in the checkout, wherever the program was started", () => {
  assertEquals(resultsFolder(), join(CHECKOUT, "out"));
});
