// Runs are made by hand from W1 (K = 3) and W7 (K = 2); the models that are trained take five steps.
import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { writeJson } from "../../../lib/io/files.ts";
import { trainMaxOfK } from "../../../lib/proofs/gpu/train.ts";
import { type MaxOfKModel, saveMaxOfK } from "../../../lib/proofs/max_of_k.ts";
import { openMaxOfK } from "../../../lib/proofs/run/open_models.ts";
import { inFolder } from "../../util.ts";
import { resultsOf } from "../results_file.ts";
import { W1, W7 } from "../tiny_models.ts";

const unused = {} as Gpu;
const config = { d_vocab: 4, d_model: 4, d_head: 2, n_ctx: 3 };
const otherwise = { config, training: { seeds: [7, 8], steps: 5 } };
const wanted = { K: 3, count: 2, otherwise };

/** W1 with its unembedding times `n`. */
const scaled = (n: number): MaxOfKModel => ({ ...W1, W_U: W1.W_U.map((x) => n * x) });

/** Writes what openMaxOfK() reads of a run: models in the order of its results. */
async function writeRun(folder: string, models: Record<string, MaxOfKModel>): Promise<void> {
  for (const [id, model] of Object.entries(models)) {
    await saveMaxOfK(join(folder, "proofs", "models", id, "model.safetensors"), model);
  }
  await writeJson(join(folder, "proofs", "results.json"), resultsOf(models));
}

Deno.test("openMaxOfK() opens the first models with that K, small before smoke, without touching the GPU", () =>
  inFolder(async (out) => {
    await writeRun(join(out, "smoke"), { b: scaled(4), a: scaled(5) });
    const smoke = await openMaxOfK(unused, { out, ...wanted });
    assertEquals(smoke, { models: [scaled(4), scaled(5)], source: "preset smoke" });
    await writeRun(join(out, "small"), { other: W7, one: W1, two: scaled(2), three: scaled(3) });
    const small = await openMaxOfK(unused, { out, ...wanted });
    assertEquals(small, { models: [W1, scaled(2)], source: "preset small" });
    await Deno.remove(join(out, "small", "proofs", "results.json")); // a run that was killed
    assertEquals((await openMaxOfK(unused, { out, ...wanted })).source, "preset smoke");
  }));

Deno.test("openMaxOfK() trains where no run has enough models with that K", () =>
  inFolder(async (out) => {
    await writeRun(join(out, "small"), { other: W7, one: W1 });
    using gpu = await openGpu();
    const { models, source } = await openMaxOfK(gpu, { out, ...wanted });
    assertEquals(source, "trained here");
    const trained = await trainMaxOfK(gpu, config, otherwise.training);
    assertEquals(models, trained.map(({ model }) => model));
    assertNotEquals(models[0].W_E, models[1].W_E);
  }));

Deno.test("openMaxOfK() throws where a finished run is broken, even with another beside it", () =>
  inFolder(async (out) => {
    await writeRun(join(out, "smoke"), { a: W1, b: scaled(2) });
    const small = join(out, "small"), results = join(small, "proofs", "results.json");
    const refused = (words: string) =>
      assertRejects(() => openMaxOfK(unused, { out, ...wanted }), Error, words);
    await writeRun(small, { a: W1, b: scaled(2) });
    await Deno.remove(join(small, "proofs", "models", "b"), { recursive: true });
    await refused("model.safetensors: expected a file but found none");
    await saveMaxOfK(join(small, "proofs", "models", "b", "model.safetensors"), W7);
    await refused("expected K = 3, v = 4 as in its results.json but found K = 2, v = 4");
    await writeJson(results, { preset: "small" });
    await refused("results.json: expected seed to be given but found none");
    await Deno.writeTextFile(results, "{");
    await refused("expected JSON");
    await Deno.remove(small, { recursive: true });
    await Deno.writeTextFile(small, "no folder");
    await refused("small");
  }));

Deno.test("openMaxOfK() wants to train what it would open", async () => {
  const refused = (change: { K?: number; count?: number }, words: string) =>
    assertRejects(
      () => openMaxOfK(unused, { out: "unused", ...wanted, ...change }),
      RangeError,
      words,
    );
  await refused({ K: 4 }, "expected to train 2 with n_ctx = 4 otherwise but found 2 seeds");
  await refused({ count: 1 }, "expected to train 1 with n_ctx = 3 otherwise but found 2 seeds");
});
