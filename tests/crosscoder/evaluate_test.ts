// Every number of evaluateCoder() beside the one that plain float64 sums over the same activations give.
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { fold } from "../../lib/crosscoder/coder.ts";
import { evaluateCoder, evaluateRows } from "../../lib/crosscoder/evaluate.ts";
import { fitCrosscoder } from "../../lib/crosscoder/fit.ts";
import { createHarvester, harvestBatch } from "../../lib/crosscoder/harvest/harvester.ts";
import { topContexts } from "../../lib/crosscoder/latents.ts";
import { type Tensor, upload } from "../../lib/tensor/tensor.ts";
import { tinyModel, tinySequences } from "../model/tiny_model.ts";
import { devices } from "../tensor/gpu_util.ts";

const { gpu } = devices[0];
const model = tinyModel(gpu);
const tokens = tinySequences(8);
const sites = ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"];
const N = 16, d_sae = 24, rows = 96;

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

Deno.test("evaluateCoder() counts variance left, latents that fire and bits as plain sums do", async () => {
  const coder = await fitCrosscoder(model, tokens, { sites, d_sae, steps: 200, batch: 32 });
  const { config: { scale }, arrays: { W_enc, W_dec, b_enc, b_dec, threshold } } = coder;
  b_enc.data[5] = -1e6; // one latent is dead
  scale[1] *= 2; // so that the sites weigh unlike in what is concatenated
  const quality = await evaluateCoder(model, coder, tokens);
  const harvester = createHarvester({ models: { model }, sites, pos: 12, batch: 8 });
  harvestBatch(harvester, tokens);
  const raw = await harvester.staging.read();
  const x = Array.from(
    { length: rows },
    (_, r) => Array.from({ length: N }, (_, j) => raw[r * N + j] * scale[Math.floor(j / 8)]),
  );
  const acts = x.map((row) =>
    Array.from({ length: d_sae }, (_, i) => {
      const z = b_enc.data[i] + sum(row.map((value, j) => value * W_enc.data[j * d_sae + i]));
      return z > threshold!.data[i] ? z : 0;
    })
  );
  const left = Array.from({ length: N }, (_, j) =>
    sum(x.map((row, r) => {
      const x_hat = b_dec.data[j] + sum(acts[r].map((f, i) => f * W_dec.data[i * N + j]));
      return (row[j] - x_hat) ** 2;
    })));
  const all = Array.from({ length: N }, (_, j) => {
    const mean = sum(x.map((row) => row[j])) / rows;
    return sum(x.map((row) => (row[j] - mean) ** 2));
  });
  const fvu = [0, 1].map((l) =>
    sum(left.slice(8 * l, 8 * l + 8)) / sum(all.slice(8 * l, 8 * l + 8))
  );
  fvu.forEach((value, l) => assertAlmostEquals(quality.fvu[l], value, 1e-4));
  assertAlmostEquals(quality.FVU_mean, sum(fvu) / 2, 1e-4);
  assertAlmostEquals(quality.FVU, sum(left) / sum(all), 1e-4);
  assert(Math.abs(quality.FVU - quality.FVU_mean) > 1e-3, "the two are told apart");
  const density = Array.from(
    { length: d_sae },
    (_, i) => acts.filter((row) => row[i] > 0).length / rows,
  );
  assertEquals(quality.density, density);
  assertEquals(quality.dead, density.filter((share) => share === 0).length);
  assert(quality.dead >= 1 && density[5] === 0);
  assertEquals(quality.dead_share, quality.dead / d_sae);
  assertAlmostEquals(quality.L0.mean, sum(density), 1e-9);
  assertAlmostEquals(quality.bits, sum(density) * (Math.log2(d_sae) + 8), 1e-9);
});

Deno.test("evaluateRows() says of rows in batches what evaluateCoder() says of the sequences that gave them", async () => {
  const coder = await fitCrosscoder(model, tokens, { sites, d_sae, steps: 50, batch: 32 });
  const harvester = createHarvester({ models: { model }, sites, pos: 12, batch: 8 });
  harvestBatch(harvester, tokens);
  const raw = await harvester.staging.read();
  const batches = [0, 64].map((from) => {
    const data = raw.slice(from * N, (from + 64) * N);
    return upload(gpu, { shape: [data.length / N, N], data });
  });
  const { n_tokens, FVU, density, L0 } = await evaluateRows(gpu, fold(coder), batches);
  const expected = await evaluateCoder(model, coder, tokens);
  assertEquals([n_tokens, density, L0], [rows, expected.density, expected.L0]);
  assertAlmostEquals(FVU, expected.FVU, 1e-5);
  await assertRejects(
    () => evaluateRows(gpu, coder, [upload(gpu, { shape: [2, 8], data: new Float32Array(16) })]),
    RangeError,
    "expected activations [2,16] but found [2,8]",
  );
  const refused = (batches: Tensor[], says: string) =>
    assertRejects(() => evaluateRows(gpu, coder, batches), RangeError, says);
  await refused([], "expected batches of activations but found none");
  for (const value of [NaN, Infinity]) {
    const data = Float32Array.from({ length: 32 }, (_, i) => i === 3 ? value : i);
    await refused(
      [upload(gpu, { shape: [2, N], data })],
      `expected finite activations at ${sites[0]}`,
    );
  }
});

for (const recipe of ["l1", "batchtopk", "topk_auxk"] as const) {
  Deno.test(`evaluateCoder() and topContexts() count the latents that recipe ${recipe} lets fire`, async () => {
    const k = 3, own = recipe === "l1" ? {} : { k };
    const fit = { sites, d_sae, steps: 200, batch: 32, recipe, ...own };
    const coder = await fitCrosscoder(model, tokens, fit);
    const { L0, FVU, density } = await evaluateCoder(model, coder, tokens);
    assert(FVU < 0.95, `${FVU}`);
    if (recipe === "topk_auxk") assert(L0.mean > 2 && L0.p95 <= k, `${L0.mean}`);
    if (recipe === "batchtopk") assert(L0.mean > k / 2 && L0.mean < 2 * k, `${L0.mean}`);
    const { fired } = await topContexts(model, coder, tokens);
    assertEquals(fired, density.map((share) => Math.round(share * rows)));
  });
}
