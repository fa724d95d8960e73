// results.json, read again: whole, of another version, and damaged in each part that a figure reads.
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { readDiffOff, RESULTS_FILE } from "../../../lib/diff/diffoff/results.ts";
import { writeJson } from "../../../lib/io/files.ts";
import { syntheticResults } from "../../scripts/diffoff/synthetic.ts";

const only = ["stagewise-DF", "stagewise-MF", "direct", "svd-write"];
// as JSON has it: nothing that is undefined
const whole = JSON.parse(JSON.stringify(syntheticResults({ seeds: [1], only })));

async function stored(results: unknown): Promise<unknown> {
  const folder = await Deno.makeTempDir({ prefix: "crosslab-diffoff-" });
  try {
    await Deno.mkdir(join(folder, "diffoff"));
    await writeJson(join(folder, RESULTS_FILE), results);
    return await readDiffOff(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readDiffOff() gives what a run stored", async () => {
  assertEquals(await stored(whole), whole);
});

Deno.test("results of another version are refused, with what to do", async () => {
  await assertRejects(
    () => stored({ ...whole, format: 0 }),
    Error,
    "but found 0: run deno task replicate diffoff again",
  );
});

Deno.test("a damaged part is named, not met later", async () => {
  const [cell] = whole.cells, { A } = cell.truths;
  const damaged: Record<string, unknown> = {
    "cells[0].truths.A": { cells: [{ ...cell, truths: { A: {} } }] },
    "filters[0].k": {
      cells: [{ ...cell, truths: { A: { ...A, filters: [{ ...A.filters[0], k: "3" }] } } }],
    },
    "cells[0].truths.A.AP": { cells: [{ ...cell, truths: { A: { ...A, AP: 1.5 } } }] },
    "pairs[0].behaviour.A": { pairs: [{ ...whole.pairs[0], behaviour: {} }] },
    "settings.models.d_sae": {
      settings: { ...whole.settings, models: { ...whole.settings.models, d_sae: 0 } },
    },
    "settings.methods.cross": {
      settings: { ...whole.settings, methods: { ...whole.settings.methods, cross: {} } },
    },
    "calibration[0].flagged": { calibration: [{ name: "pooled x" }] },
    "detectors[0].percentile": { detectors: [{ ...whole.detectors[0], percentile: 1 }] },
    "missing[0].pair": { missing: [{ pair: "nobody", method: "pca", seed: 1 }] },
  };
  for (const [part, change] of Object.entries(damaged)) {
    const error = await assertRejects(() => stored({ ...whole, ...change as object }), RangeError);
    assertEquals([part, error.message.includes(part)], [part, true], error.message);
  }
});
