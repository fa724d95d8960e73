import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { headsOf } from "../../../lib/interactions/attention/heads.ts";
import { attentionWeights } from "../../../lib/interactions/attention/weights.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { gpt2 } from "../../../lib/model/architectures/gpt2.ts";
import { llama } from "../../../lib/model/architectures/llama.ts";
import type { LanguageModel } from "../../../lib/model/language_model.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { assertClose } from "../../util.ts";
import { tinyAttentionOnly, tinyCoder, tinyNeo, tinyText, withPlayers } from "./tiny_attention.ts";

const gpu = await openGpu();

/** Dot products of rows of one head: [batch, n_heads, pos, pos]. */
function products(
  a: Float32Array,
  b: Float32Array,
  { batch, pos, n_heads, d_head }: { batch: number; pos: number; n_heads: number; d_head: number },
): Float64Array {
  const out = new Float64Array(batch * n_heads * pos * pos), width = n_heads * d_head;
  out.forEach((_, at) => {
    const j = at % pos, i = Math.floor(at / pos) % pos;
    const h = Math.floor(at / pos / pos) % n_heads;
    const first = Math.floor(at / pos / pos / n_heads) * pos;
    for (let c = h * d_head; c < (h + 1) * d_head; c++) {
      out[at] += a[(first + i) * width + c] * b[(first + j) * width + c];
    }
  });
  return out;
}

for (
  const [name, make, layers] of [["gpt_neo", tinyNeo, 2], [
    "attention_only",
    tinyAttentionOnly,
    1,
  ]] as const
) {
  Deno.test(`the nine parts of the scores of ${name} add up to the model's scores, masks and all`, async () => {
    const model = make(gpu);
    for (let layer = 0; layer < layers; layer++) {
      const hooks = ["hook_attn_scores", "hook_pattern"].map((h) => `blocks.${layer}.attn.${h}`);
      const { cache } = runWithCache(model, tinyText(), hooks);
      const [scores, pattern] = await readTensors(hooks.map((hook) => cache.get(hook)!));
      await withPlayers(model, layer, async (players) => {
        const { batch, pos, query, key, weights: { heads } } = players;
        const sizes = { batch, pos, n_heads: heads.n_heads, d_head: heads.d_head };
        const tokens = batch * pos, width = sizes.n_heads * sizes.d_head;
        const [qf, qb, qe, kf, kb, ke, own] = await readTensors([
          query.feature,
          query.bias,
          query.error,
          key.feature,
          key.bias,
          key.error,
          players.pattern,
        ]);
        const rows = (row: Float32Array) =>
          Float32Array.from({ length: tokens * width }, (_, at) => row[at % width]);
        const sum = new Float64Array(scores.length);
        for (const a of [qf, rows(qb), qe]) {
          for (const b of [kf, rows(kb), ke]) {
            products(a, b, sizes).forEach((x, at) => sum[at] += x);
          }
        }
        assert(scores.includes(-Infinity));
        const seen = sum.map((x, at) => scores[at] === -Infinity ? -Infinity : x);
        assertClose(seen, scores, { name: "sum of parts", rtol: 1e-5 });
        assertClose(own, pattern, { name: "pattern", rtol: 1e-5 });
        assert(qe.some((x) => Math.abs(x) > 0.01), "an error node that is none tests nothing");
      });
    }
  });
}

Deno.test("headsOf() and attentionWeights() refuse what they cannot measure, and say what would be needed", async () => {
  const model = tinyNeo(gpu);
  const rotary = { ...model.config, rotary: { dim: 2, theta: 10_000 } };
  const others = [
    [{ ...model, architecture: llama, config: rotary }, "found llama, whose rotary embeddings"],
    [{ ...model, architecture: gpt2 }, "found gpt2, whose heads are not described here: describe"],
  ] as const;
  for (const [other, message] of others) {
    await assertRejects(() => headsOf(other as unknown as LanguageModel, 0), RangeError, message);
  }
  await assertRejects(() => headsOf(model, 2), RangeError, "Cannot take the heads of a block");
  const heads = await headsOf(model, 1), coder = tinyCoder(model);
  const other = { ...heads, site: "blocks.1.hook_resid_mid" };
  assertThrows(
    () => attentionWeights(gpu, other, coder),
    RangeError,
    "site blocks.1.hook_resid_mid",
  );
  const unfolded = { ...coder, config: { ...coder.config, folded: false } };
  assertThrows(() => attentionWeights(gpu, heads, unfolded), RangeError, "expected folded");
  assertEquals(heads.window, 4);
});
