// activationWindows(), logitLens() and nearestLatents() on a small model, against the same by hand.
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { activationWindows } from "../../lib/crosscoder/activation_windows.ts";
import type { Crosscoder } from "../../lib/crosscoder/coder.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { encode, uploadCoder } from "../../lib/crosscoder/encode.ts";
import { createHarvester, harvestedRows } from "../../lib/crosscoder/harvest/harvester.ts";
import { rowContexts, topContexts } from "../../lib/crosscoder/latents.ts";
import { logitLens } from "../../lib/crosscoder/logit_lens.ts";
import { nearestLatents } from "../../lib/crosscoder/nearest_latents.ts";
import { createGptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { runWithCache } from "../../lib/model/run_with_cache.ts";
import { stream } from "../../lib/numerics/random.ts";
import { copyInto } from "../../lib/tensor/ops/elementwise.ts";
import { stackColumns } from "../../lib/tensor/ops/rows.ts";
import { empty } from "../../lib/tensor/tensor.ts";
import { devices } from "../tensor/gpu_util.ts";

const { gpu } = devices[0];
const config = gptNeoConfig({ d_vocab: 30, d_model: 8, n_layers: 2, n_heads: 2, n_ctx: 16 });
const weights = initialWeights(config, stream(0, "weights"), { std: 0.5 });
const normal = stream(0, "norm");
weights["transformer.ln_f.weight"].data.set(normal.normals(8));
const model = createGptNeo(gpu, config, weights);
const SITES = ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"];
const random = stream(0, "tokens");
const sequences = Array.from({ length: 20 }, () => Array.from({ length: 9 }, () => random.int(30)));

function coder(sites = SITES): Crosscoder {
  const draw = stream(0, "coder"), [n, d_in, d_sae] = [sites.length, 8, 7];
  const array = (...shape: number[]) => ({
    shape,
    data: draw.normals(shape.reduce((a, b) => a * b, 1)),
  });
  return {
    config: coderConfig({ sites, d_in, d_sae, folded: true, activation: { kind: "relu" } }),
    arrays: {
      W_enc: array(n, d_in, d_sae),
      W_dec: array(d_sae, n, d_in),
      b_enc: array(d_sae),
      b_dec: array(n, d_in),
    },
  };
}

Deno.test("activationWindows() gives what encode() gives around each place, 0 beyond the ends", async () => {
  const places = { latent: [3, 0, 3, 6], sequence: [17, 2, 2, 0], position: [4, 0, 8, 3] };
  const options = { sequences, places, before: 2, after: 1 };
  const windows = await activationWindows(model, coder(), options);
  using onDevice = uploadCoder(gpu, coder());
  const { cache } = runWithCache(model, sequences, SITES);
  const acts = await encode(onDevice, stackColumns(SITES.map((site) => cache.get(site)!))).read();
  for (const [p, latent] of places.latent.entries()) {
    for (let i = 0; i < 4; i++) {
      const at = places.position[p] - 2 + i;
      const inside = at >= 0 && at < 9;
      const expected = inside ? acts[(places.sequence[p] * 9 + at) * 7 + latent] : 0;
      assertAlmostEquals(windows[p * 4 + i], expected, 1e-4);
    }
  }
  assert(windows.some((value) => value > 0.1));
  const wrong = { ...options, places: { latent: [7], sequence: [0], position: [0] } };
  await assertRejects(() => activationWindows(model, coder(), wrong), RangeError, "found 7,0,0 at");
});

Deno.test("rowContexts() of kept activations are those of topContexts(), for every crosscoder", async () => {
  const harvester = createHarvester({ models: { model }, sites: SITES, pos: 9 });
  const batches = Array.from(harvestedRows(harvester, sequences), (rows) => {
    const kept = empty(gpu, rows.shape);
    copyInto(kept, rows);
    return kept;
  });
  assertEquals(batches.map(({ rows }) => rows), [16 * 9, 4 * 9]);
  for (const other of [coder(), { ...coder(), config: { ...coder().config, scale: [2, 3] } }]) {
    const kept = await rowContexts(gpu, other, { batches, pos: 9 });
    assertEquals(kept, await topContexts(model, other, sequences));
  }
});

Deno.test("activationWindows() at the places of topContexts() has their activations", async () => {
  const { top } = await topContexts(model, coder(), sequences);
  const all = top.flatMap((list, latent) => list.map((place) => ({ latent, ...place })));
  const places = {
    latent: all.map(({ latent }) => latent),
    sequence: all.map(({ example }) => example),
    position: all.map(({ position }) => position),
  };
  const windows = await activationWindows(model, coder(), {
    sequences,
    places,
    before: 0,
    after: 0,
  });
  all.forEach(({ activation }, i) => assertAlmostEquals(windows[i], activation, 1e-4));
  assert(all.length > 7);
});

Deno.test("logitLens() is the unembedding of the centred decoder vector behind the norm's weights", async () => {
  const { arrays: { W_dec } } = coder();
  const found = await logitLens(model, coder(), { k: 4 });
  assert(typeof found !== "string");
  const w = weights["transformer.ln_f.weight"].data, W_U = weights["transformer.wte.weight"].data;
  for (let latent = 0; latent < 7; latent++) {
    const d = W_dec.data.subarray((latent * 2 + 1) * 8, (latent * 2 + 2) * 8); // the last site
    const mean = d.reduce((sum, value) => sum + value, 0) / 8;
    const logits = Array.from({ length: 30 }, (_, id) => {
      return d.reduce((sum, value, i) => sum + W_U[id * 8 + i] * w[i] * (value - mean), 0);
    });
    const average = logits.reduce((sum, value) => sum + value, 0) / 30;
    const order = [...logits.keys()].sort((a, b) => logits[b] - logits[a]).slice(0, 4);
    assertEquals([...found.ids.subarray(latent * 4, latent * 4 + 4)], order);
    order.forEach((id, i) =>
      assertAlmostEquals(found.values[latent * 4 + i], logits[id] - average, 1e-4)
    );
  }
});

Deno.test("logitLens() says in words that a site is not the residual stream", async () => {
  const found = await logitLens(model, coder(["blocks.0.attn.hook_z"]));
  assertEquals(found, "blocks.0.attn.hook_z, the last site, is not the residual stream");
});

Deno.test("nearestLatents() finds the largest cosines, without the latent itself", async () => {
  const W_dec = {
    shape: [4, 1, 4],
    data: Float32Array.of(1, 0, 0, 0, 2, 2, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0),
  };
  const { ids, values } = await nearestLatents(gpu, W_dec, { k: 2 });
  assertEquals([...ids.subarray(0, 2)], [1, 2]);
  assertAlmostEquals(values[0], Math.SQRT1_2, 1e-6);
  assertEquals([...values.subarray(6)], [0, 0]); // the dead one is near nothing
  const few = await nearestLatents(gpu, { shape: [2, 1, 4], data: W_dec.data.slice(0, 8) }, {
    k: 2,
  });
  assert(Number.isNaN(few.values[1])); // there is only one other
});
