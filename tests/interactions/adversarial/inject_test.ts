// Injection and splicing on a small random model, held against whole forward passes with edits.
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { fold } from "../../../lib/crosscoder/coder.ts";
import { fitCrosscoder } from "../../../lib/crosscoder/fit.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { injectPairs } from "../../../lib/interactions/adversarial/inject.ts";
import { weightPotential } from "../../../lib/interactions/agreement/baselines/weight_potential.ts";
import { pairPotential } from "../../../lib/interactions/adversarial/potential.ts";
import {
  continuationLosses,
  hotFlips,
  spliceAt,
} from "../../../lib/interactions/adversarial/splice.ts";
import { tokenLosses } from "../../../lib/interactions/adversarial/token_scores.ts";
import { activeText } from "../../../lib/interactions/players/active_text.ts";
import { blocksOf } from "../../../lib/interactions/players/blocks.ts";
import { mlpOf } from "../../../lib/interactions/players/mlp.ts";
import { createGptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../../lib/model/architectures/gpt_neo/weights.ts";
import { runWithHooks } from "../../../lib/model/run_with_cache.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { add } from "../../../lib/tensor/ops/arithmetic.ts";
import { upload } from "../../../lib/tensor/tensor.ts";

const V = 20, POS = 16;
const gpu = await openGpu();
const config = gptNeoConfig({ d_vocab: V, d_model: 8, n_layers: 2, n_heads: 2, n_ctx: POS });
const model = createGptNeo(gpu, config, initialWeights(config, stream(0, "w"), { std: 0.5 }));
const random = stream(0, "ids");
const text = Array.from(
  { length: 8 },
  () => Uint32Array.from({ length: POS }, () => random.int(V)),
);
const coder = fold(
  await fitCrosscoder(model, text, {
    recipe: "batchtopk",
    sites: ["blocks.*.ln2.hook_normalized"],
    d_sae: 12,
    k: 3,
    steps: 20,
    batch: 32,
    poolSequences: 8,
    dead_tokens: 1000,
  }),
);
const active = await activeText(model, coder, text);

/** Logits of sequence s with `amounts` of latents added at all MLP inputs of one position. */
async function changed(
  s: number,
  position: number,
  amounts: Record<number, number>,
): Promise<Float32Array> {
  const edits: Record<
    string,
    (x: import("../../../lib/tensor/tensor.ts").Tensor) => ReturnType<typeof add>
  > = {};
  for (const layer of [0, 1]) {
    const { W_in } = await mlpOf(model, layer), d_mlp = W_in.shape[0];
    const data = new Float32Array(POS * d_mlp);
    for (const [latent, amount] of Object.entries(amounts)) {
      for (let k = 0; k < d_mlp; k++) {
        for (let d = 0; d < 8; d++) {
          data[position * d_mlp + k] += amount * W_in.data[k * 8 + d] *
            coder.arrays.W_dec.data[(Number(latent) * 2 + layer) * 8 + d];
        }
      }
    }
    const delta = upload(gpu, { shape: [1, POS, d_mlp], data });
    edits[`blocks.${layer}.mlp.hook_pre`] = (x) => add(x, delta);
  }
  using logits = runWithHooks(model, [text[s]], edits);
  return (await logits.read()).subarray(position * V, (position + 1) * V);
}

Deno.test("injectPairs() equals four whole runs with the latents added and taken out", async () => {
  const mu = Array.from({ length: 12 }, (_, i) => 0.5 + i / 10);
  const entry = active.start.findIndex((from, t) =>
    t % POS > 3 && t % POS < POS - 1 && active.start[t + 1] > from
  );
  const token = entry, e = active.start[token];
  const here = [...active.latent.subarray(active.start[token], active.start[token + 1])];
  const j = Array.from({ length: 12 }, (_, i) => i).find((i) => !here.includes(i))!;
  const found = await injectPairs({ model, coder }, { sequences: text, active }, {
    injections: [{ entry: e, token, j }],
    mu,
  });
  const [s, p] = [Math.floor(token / POS), token % POS];
  const i = active.latent[e], f = active.act[e];
  const both = await changed(s, p, { [j]: mu[j] }), onlyI = await changed(s, p, {});
  const onlyJ = await changed(s, p, { [i]: -f, [j]: mu[j] }),
    neither = await changed(s, p, { [i]: -f });
  const log = (l: Float32Array | number[]) => {
    const sum = [...l].reduce((sum, x) => sum + Math.exp(x), 0);
    return [...l].map((x) => x - Math.log(sum));
  };
  const additive = log(Array.from(onlyI, (x, v) => x + onlyJ[v] - both[v])), true_ = log(neither);
  const KL = true_.reduce((sum, l, v) => sum + Math.exp(l) * (l - additive[v]), 0);
  const target = text[s][p + 1];
  const loss = (l: Float32Array) => -log(l)[target];
  assertAlmostEquals(found.KL[0], KL, 1e-5);
  assertAlmostEquals(found.dloss[0], loss(both) - loss(onlyI) - loss(onlyJ) + loss(neither), 1e-4);
  assertEquals(found.GT2[0] > 0, true);
  await assertRejects(
    () =>
      injectPairs({ model, coder }, { sequences: text, active }, {
        injections: [{ entry: e, token, j: i }],
        mu,
      }),
    RangeError,
    `Cannot inject latent ${i}`,
  );
});

Deno.test("spliceAt() joins the end of one context to another, and losses count behind it alone", async () => {
  const long = [
    Uint32Array.from({ length: 40 }, (_, n) => n % V),
    Uint32Array.from({ length: 40 }, (_, n) => (3 * n) % V),
  ];
  const places = { first: { sequence: 0, position: 20 }, second: { sequence: 1, position: 10 } };
  const spliced = spliceAt(long, { ...places, length: POS })!;
  assertEquals([...spliced.ids], [...long[0].subarray(17, 21), ...long[1].subarray(7, 19)]);
  assertEquals([spliced.own, spliced.counted], [4, 8]);
  assertEquals(
    spliceAt(long, { ...places, first: { sequence: 0, position: 1 }, length: POS }),
    undefined,
  );
  assertEquals(
    spliceAt(long, { ...places, second: { sequence: 1, position: 35 }, length: POS }),
    undefined,
  );
  const [{ loss, wrong }] = await continuationLosses(model, [spliced]);
  const each = await tokenLosses(model, [spliced.ids]);
  assertAlmostEquals(loss, each.subarray(8).reduce((a, b) => a + b, 0) / 8, 1e-5);
  assertEquals(wrong >= 0 && wrong <= 1, true);
});

Deno.test("hotFlips() change one token, and raise the loss more often than a random token does", async () => {
  const texts = text.map((ids) => ({ ids, own: 4, counted: 5 }));
  const flipped = await hotFlips(model, texts);
  for (const [n, { ids }] of flipped.entries()) {
    assertEquals([...ids].filter((id, at) => id !== text[n][at]).length, 1);
    assertEquals(ids[3] === text[n][3], false);
  }
  const at = texts.map((one) => ({
    ...one,
    ids: one.ids.map((id, n) => n === 3 ? (id + 7) % V : id),
  }));
  const [best, other] = [
    await continuationLosses(model, flipped),
    await continuationLosses(model, at),
  ];
  const mean = (found: { loss: number }[]) =>
    found.reduce((sum, { loss }) => sum + loss, 0) / found.length;
  assertEquals(mean(best) > mean(other), true, `${mean(best)} ${mean(other)}`);
  assertEquals(
    Object.values(model.parameters.tensors).every(({ requiresGrad }) => requiresGrad),
    true,
  );
});

Deno.test("pairPotential() is the insertion metric of weights and means in float64", async () => {
  const mu = Array.from({ length: 12 }, (_, i) => 0.5 + i / 10);
  const pairs = { d_sae: 12, i: Uint32Array.of(0, 0, 3), j: Uint32Array.of(1, 7, 11) };
  const mlps = await blocksOf(model, coder);
  const { potential, product } = await pairPotential(gpu, { coder, mlps, mu }, pairs);
  const plain = mlps.map(({ mlp, site }) =>
    weightPotential({ mlp, coder, site }, pairs, mu).insertion
  );
  potential.forEach((value, p) =>
    assertAlmostEquals(value, Math.hypot(plain[0][p], plain[1][p]), 1e-5)
  );
  assertEquals(product.every((value) => value > 0), true);
  await assertRejects(
    () => pairPotential(gpu, { coder, mlps, mu: mu.fill(0) }, pairs),
    RangeError,
    "mean activation above 0",
  );
});
