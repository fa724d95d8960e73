// W_out of the last block changes by a product of two vectors, so the activations differ along one of them, at the last site.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import type { HostArray } from "../../../lib/io/host_array.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { decoderRow } from "../../../lib/crosscoder/rows.ts";
import { pca, pcaClean } from "../../../lib/diff/methods/activation_changes.ts";
import { diffSae, diffSaeClean } from "../../../lib/diff/methods/diff_sae.ts";
import { differenceBatches, differingHooks } from "../../../lib/diff/methods/differences.ts";
import { assertClose } from "../../util.ts";
import { makePair, TINY } from "./pairs.ts";

const gpu = await openGpu();

const u = Float64Array.of(1, -2, 0, 3, 1, 0, -1, 2), LAST = "blocks.1.hook_resid_post";

function alongU(weights: Record<string, HostArray>): void {
  const { data, shape: [rows, columns] } = weights["transformer.h.1.mlp.c_proj.weight"];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) data[r * columns + c] += 0.3 * u[r] * Math.cos(c);
  }
}

Deno.test("differenceBatches() are the activations of one model less those of the other", async () => {
  const pair = makePair(gpu, alongU), hooks = ["blocks.0.hook_resid_post", LAST];
  const sequences = pair.text.other.slice(0, 20); // more than a pass
  const [base, other] = [pair.base, pair.other].map((model) => {
    const { logits, cache } = runWithCache(model, sequences, hooks);
    logits.release();
    return cache;
  });
  const found: number[] = [];
  for (const batch of differenceBatches(pair, hooks, sequences)) found.push(...await batch.read());
  const values = async (
    cache: typeof base,
  ) => [await cache.get(hooks[0])!.read(), await cache.get(LAST)!.read()];
  const [before, after] = [await values(base), await values(other)];
  const expected = Array.from({ length: 20 * 16 * 2 * 8 }, (_, at) => {
    const site = Math.floor(at / 8) % 2, place = Math.floor(at / 16) * 8 + at % 8;
    return after[site][place] - before[site][place];
  });
  assertClose(found, expected, { name: "differences", rtol: 1e-4 });
});

Deno.test("pca and diff-sae find the one direction along which models differ, where they differ", async () => {
  const pair = makePair(gpu, alongU), cross = { k: 2, steps: 400, batch: 32, lr: 1e-2 };
  const learnt = 0.85, exact = 0.9999;
  const cases = [[pca, exact], [pcaClean, exact], [diffSae, learnt]] as const;
  for (const [method, least] of cases) {
    const { directions: [first], scores, coder } = await method.find(pair, {
      settings: { ...TINY, cross },
      seed: 0,
    });
    const at = first.kind === "vector"
      ? first.at
      : new Map([[coder!.config.sites[0].hook, decoderRow(coder!, first.latent)]]);
    assertEquals([...at.keys()], [LAST], method.name);
    const found = at.get(LAST)!, dot = u.reduce((sum, x, i) => sum + x * found[i], 0);
    const cosine = Math.abs(dot) / Math.hypot(...u) / Math.hypot(...found);
    assert(cosine > least, `${method.name}: ${cosine}`);
    if (method === pca) assert(scores.length === 1 || scores[1] < 1e-6 * scores[0]);
  }
});

Deno.test("differingHooks() reads no more once all hooks differ", async () => {
  const everywhere = makePair(gpu, (weights) => {
    for (const { data } of Object.values(weights)) data.forEach((_, i) => data[i] += 0.1);
  });
  const { text: { other }, base } = everywhere; // 24 sequences, 16 a pass
  const all = await differingHooks("look", everywhere, other);
  assertEquals([all.hooks.length, all.d_in, all.read], [3, 8, 16]);
  const late = await differingHooks("look", { ...makePair(gpu, alongU), base }, other);
  assertEquals([late.hooks, late.read], [[LAST], 24]);
});

Deno.test("methods of differences say that two equal models do not differ", async () => {
  const pair = makePair(gpu);
  for (const method of [pca, pcaClean, diffSae, diffSaeClean]) {
    await assertRejects(
      () => method.find(pair, { settings: TINY, seed: 0 }),
      RangeError,
      "the models do not differ there",
    );
  }
});
