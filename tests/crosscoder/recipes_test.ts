// Every recipe from start to end on a model with random weights: it learns, it holds what it promises, it is saved and read.
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { activationConfig } from "../../lib/crosscoder/activations/mod.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { evaluateCoder } from "../../lib/crosscoder/evaluate.ts";
import { fitCrosscoder, type FitOptions } from "../../lib/crosscoder/fit.ts";
import { type RecipeName, RECIPES } from "../../lib/crosscoder/recipes.ts";
import type { RecipeSettings } from "../../lib/crosscoder/settings.ts";
import { initialise } from "../../lib/crosscoder/initialise.ts";
import { trainCrosscoder } from "../../lib/crosscoder/train.ts";
import { stream } from "../../lib/numerics/random.ts";
import { upload, uploadIds } from "../../lib/tensor/tensor.ts";
import type { LoggedStep } from "../../lib/tensor/training.ts";
import { tinyModel, tinySequences } from "../model/tiny_model.ts";
import { devices } from "../tensor/gpu_util.ts";
import { random } from "../util.ts";

const { gpu } = devices[0];
const model = tinyModel(gpu);
const tokens = tinySequences(16);
const sites = ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"];

async function fit(recipe: RecipeName, more: FitOptions = {}) {
  const steps: LoggedStep[] = [];
  const sparsity: FitOptions = "k" in RECIPES[recipe].settings ? { k: 3 } : {};
  const coder = await fitCrosscoder(model, tokens, {
    ...{ recipe, sites, d_sae: 24, steps: 128, batch: 32, ...sparsity, ...more },
    onLog: (_, rows) => steps.push(...rows),
  });
  return { coder, steps };
}

for (const recipe of Object.keys(RECIPES) as RecipeName[]) {
  Deno.test(`fitCrosscoder() with ${recipe} logs losses by name, learns, and says what it is`, async () => {
    const { coder, steps } = await fit(recipe);
    const { activation, losses } = RECIPES[recipe];
    assertEquals([coder.config.recipe, coder.config.activation.kind], [recipe, activation]);
    const first = steps[0].metrics, last = steps.at(-1)!.metrics;
    const error = losses.includes("root" as never) ? "root_error" : "squared_error";
    assert(last[error] < 0.7 * first[error], `${error} ${first[error]} -> ${last[error]}`);
    const parts = Object.entries(last).filter(([name]) => !["loss", "L0", "dead"].includes(name));
    assertEquals(parts.length, losses.length);
    assertAlmostEquals(last.loss, parts.reduce((sum, [, value]) => sum + value, 0), 1e-4);
    const { FVU, L0 } = await evaluateCoder(model, coder, tokens);
    assert(FVU < 0.9 && L0.mean > 1, `FVU ${FVU}, L0 ${L0.mean}`);
    const few = async () => (await fit(recipe, { steps: 12 })).coder.arrays;
    assertEquals(await few(), await few(), "the same seed gives the same bytes");
  });
}

Deno.test("frozen recipes leave frozen tensors to the bit, and the soft one stays in its cone", async () => {
  const weights = async (recipe: RecipeName, steps: number) =>
    (await fit(recipe, { steps, lr: 1e-2 })).coder.arrays;
  for (
    const [recipe, names] of [
      ["frozen_decoder", ["W_dec"]],
      ["frozen_encoder", ["W_enc", "b_enc"]],
    ] as const
  ) {
    const [short, long] = [await weights(recipe, 1), await weights(recipe, 40)];
    for (const name of ["W_enc", "W_dec", "b_enc", "b_dec"] as const) {
      const still = (names as readonly string[]).includes(name);
      assertEquals(short[name].data.every((v, i) => v === long[name].data[i]), still, name);
    }
  }
  const start = await weights("frozen_decoder", 1); // the same seed, so the same directions
  const cosines = async (recipe: RecipeName) => {
    const { W_dec: { data } } = await weights(recipe, 100);
    return Array.from({ length: 24 }, (_, i) => {
      const [a, b] = [data, start.W_dec.data].map((W) => W.subarray(16 * i, 16 * i + 16));
      const dot = (u: Float32Array, v: Float32Array) => u.reduce((sum, x, j) => sum + x * v[j], 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    });
  };
  const [free, soft] = [await cosines("batchtopk"), await cosines("soft_frozen_decoder")];
  assert(free.some((cosine) => cosine < 0.75), `${free}`);
  assert(soft.every((cosine) => cosine > 0.8 - 1e-5), `${soft}`);
  assert(soft.some((cosine) => cosine < 0.8 + 1e-5), "some stand at the edge");
});

Deno.test("BatchTopK's inference threshold lets as many latents fire as training did", async () => {
  const { coder, steps } = await fit("batchtopk", { steps: 200 });
  assert(steps.every(({ metrics }) => Math.abs(metrics.L0 - 3) < 1e-3));
  const { L0 } = await evaluateCoder(model, coder, tokens);
  assert(Math.abs(L0.mean - 3) < 0.6, `L0 ${L0.mean}`);
});

Deno.test("a ramp grows over the share of the run that its recipe has", async () => {
  const sparsity = async (ramp: boolean) =>
    (await fit("l1", { steps: 100, ramp, lr: 1e-9 })).steps.map(({ metrics }) => metrics.sparsity);
  const [ramped, whole] = [await sparsity(true), await sparsity(false)];
  [0.2, 0.4, 0.6, 0.8, 1, 1, 1].forEach((share, step) => {
    assertAlmostEquals(ramped[step] / whole[step], share, 1e-3);
  });
});

Deno.test("the published recipe counts the decoder norms that it is told to", async () => {
  const first = async (norms?: "sum" | "l2" | "per_site") =>
    (await fit("anthropic_jan25", { steps: 1, lambda_S: 1, ...(norms && { norms }) })).steps[0]
      .metrics;
  const [fused, sum] = [await first(), await first("sum")];
  const [l2, each] = [await first("l2"), await first("per_site")];
  assertEquals(sum, fused);
  assertEquals(Object.keys(l2), Object.keys(fused));
  assertAlmostEquals(l2.squared_error, fused.squared_error, 1e-4);
  assert(l2.sparsity < 0.95 * fused.sparsity, `${l2.sparsity} of ${fused.sparsity}`);
  assert(each.sparsity > 1.001 * fused.sparsity, `${each.sparsity} of ${fused.sparsity}`); // tanh is concave
});

Deno.test("fitCrosscoder() refuses settings of another recipe, and recipes that there are none of", async () => {
  const refused = (options: FitOptions, says: string) =>
    assertRejects(() => fitCrosscoder(model, tokens, options), RangeError, says);
  await refused({ recipe: "batchtopk", lambda_S: 2 }, 'but found "lambda_S"');
  await refused({ recipe: "l1", k: 3 }, 'but found "k"');
  await refused({ recipe: "topk_auxk", k: 0 }, "k to be a whole number from 1");
  await refused({ recipe: "topk_auxk", d_sae: 8, k: 9 }, "k of at most d_sae, 8, but found 9");
  await refused({ recipe: "gemma_scope_2", target_L0: 0 }, "target_L0 to be a finite number above");
  await refused({ recipe: "batch_topk" as RecipeName }, 'frozen_encoder but found "batch_topk"');
});

Deno.test("trainCrosscoder() sees activations as they are where the crosscoder has no normalisation, and says so", async () => {
  const table = upload(gpu, { shape: [64, 8], data: random(1, 512) });
  const index = uploadIds(gpu, [64], Uint32Array.from({ length: 64 }, (_, i) => i));
  const feed = { pool: { tables: [table], rows: 64 }, index, perRound: 2, feed: () => {} };
  const settings = { ...RECIPES.l1.settings, steps: 2, batch: 32 };
  const config = coderConfig({
    ...{ sites: ["a", "b"], d_in: 4, d_sae: 16, recipe: "l1", activation: { kind: "relu" } },
    normalisation: "none",
  });
  const fresh = await initialise(gpu, config, { pool: feed.pool, random: stream(0, "weights") });
  const trained = await trainCrosscoder(gpu, fresh, { name: "x", settings, feed });
  assertEquals(trained.config, config);
});

Deno.test("trainCrosscoder() refuses several sites of a width that is no multiple of four, by name", async () => {
  const table = upload(gpu, { shape: [64, 12], data: random(1, 768) });
  const index = uploadIds(gpu, [64], Uint32Array.from({ length: 64 }, (_, i) => i));
  const feed = { pool: { tables: [table], rows: 64 }, index, perRound: 2, feed: () => {} };
  const settings = { ...RECIPES.l1.settings, steps: 2, batch: 32 };
  const activation = { kind: "relu" } as const;
  const config = coderConfig({ sites: ["a", "b"], d_in: 6, d_sae: 16, recipe: "l1", activation });
  const fresh = await initialise(gpu, config, { pool: feed.pool, random: stream(0, "weights") });
  const train = () => trainCrosscoder(gpu, fresh, { name: "x", settings, feed });
  await assertRejects(train, RangeError, "expected d_in to be a multiple of four");
});

for (const recipe of Object.keys(RECIPES) as RecipeName[]) {
  Deno.test(`a NaN in the activations stops ${recipe} and names the step`, async () => {
    const table = upload(gpu, { shape: [64, 8], data: random(1, 512) });
    const index = uploadIds(gpu, [64], Uint32Array.from({ length: 64 }, (_, i) => i));
    const pool = { tables: [table], rows: 64 };
    const settings: RecipeSettings = { ...RECIPES[recipe].settings, steps: 8, batch: 32 };
    const activation = activationConfig(RECIPES[recipe].activation, settings);
    const config = coderConfig({ sites: ["a", "b"], d_in: 4, d_sae: 16, recipe, activation });
    const fresh = await initialise(gpu, config, { pool, random: stream(0, "weights") });
    const feed = (step: number) => {
      if (step === 4) table.write(random(1, 512).fill(NaN, 9, 10));
    };
    const options = { name: "x", settings, feed: { pool, index, perRound: 2, feed } };
    await assertRejects(() => trainCrosscoder(gpu, fresh, options), Error, "at step 5");
  });
}
