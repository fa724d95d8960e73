import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createHarvester, harvestBatch } from "../../lib/crosscoder/activations.ts";
import { evaluateCoder } from "../../lib/crosscoder/evaluate.ts";
import { fitCrosscoder } from "../../lib/crosscoder/fit.ts";
import { patchedLoss } from "../../lib/crosscoder/patched_loss.ts";
import { resolveSites } from "../../lib/crosscoder/sites.ts";
import { hookNames, hookWidth, isReadOnly } from "../../lib/model/hooks.ts";
import { runWithCache } from "../../lib/model/run_with_cache.ts";
import { devices } from "../tensor/gpu_util.ts";
import { tinyModel, tinySequences } from "../model/tiny_model.ts";

const { gpu } = devices[0];
const model = tinyModel(gpu), { config } = model;
const tokens = tinySequences(4);
const WIDE = hookNames(2).filter((name) => hookWidth(config, name) !== undefined);

Deno.test("createHarvester() gives runWithCache()'s activations at every hook that has a width, run after run", async () => {
  assertEquals(WIDE.length, 2 + 2 * 13 + 1);
  const { cache } = runWithCache(model, tokens, ["*", "blocks.*.*", "blocks.*.*.*", "ln_final.*"]);
  for (const width of [8, 32]) {
    const sites = WIDE.filter((name) => hookWidth(config, name) === width);
    const harvester = createHarvester(model, { sites, pos: 12, batch: 4 });
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

Deno.test("resolveSites() expands globs in the model's order and knows the width", () => {
  assertEquals(resolveSites(config, ["blocks.*.hook_resid_post", "hook_embed"]), {
    sites: ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post", "hook_embed"],
    d_in: 8,
  });
  assertEquals(resolveSites(config, ["blocks.*.mlp.hook_post"]).d_in, 32);
});

Deno.test("resolveSites() refuses what a crosscoder cannot take and says what it can", () => {
  const odd = { ...config, d_mlp: 30 };
  const FAULTS: [sites: unknown, says: string, of?: typeof config][] = [
    [["blocks.0.attn.hook_pattern"], "whose last axis is keys: take hook_embed"],
    [["blocks.0.attn.*"], "blocks.0.attn.hook_attn_scores, whose last axis is keys"],
    [["ln_final.hook_scale"], "a single number: take hook_embed"],
    [["hook_embed", "blocks.1.mlp.hook_pre"], "8 at hook_embed and 32 at blocks.1.mlp.hook_pre"],
    [["hook_embed", "hook_embed"], "each hook once but found hook_embed twice"],
    [["blocks.7.hook_resid_post"], 'found "blocks.7.hook_resid_post"'],
    [[], "sites to be a list of at least 1"],
    ["hook_embed", "sites to be a list"],
    [[3], "sites[0] to be a text"],
    [["blocks.0.mlp.hook_pre"], "a multiple of four but found 30", odd],
  ];
  for (const [sites, says, of = config] of FAULTS) {
    assertThrows(() => resolveSites(of, sites as string[]), RangeError, says);
  }
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

Deno.test("patchedLoss() refuses a site that nothing reads; evaluateCoder() takes it", async () => {
  const fit = { sites: ["ln_final.hook_normalized"], d_sae: 8, steps: 2, batch: 32 };
  const coder = await fitCrosscoder(model, tokens, fit);
  assertEquals(isReadOnly("ln_final.hook_normalized"), true);
  assertEquals((await evaluateCoder(model, coder, tokens)).n_tokens, 48);
  await assertRejects(
    () => patchedLoss(model, coder, tokens),
    RangeError,
    "ln_final.hook_normalized, which is only computed on demand",
  );
});
