// A model of bigrams is all that an architecture has to be: no attention, no norm, one point.
import { assertEquals } from "@std/assert";
import { exactly, expectForm, whole } from "../../lib/io/form.ts";
import type { Architecture, ModelConfig } from "../../lib/model/architecture.ts";
import { generate } from "../../lib/model/generate.ts";
import { hookNames } from "../../lib/model/hooks.ts";
import { createModel } from "../../lib/model/language_model.ts";
import { runWithHooks } from "../../lib/model/run_with_cache.ts";
import { scale } from "../../lib/tensor/ops/arithmetic.ts";
import { embed } from "../../lib/tensor/ops/embedding.ts";
import { matmul } from "../../lib/tensor/ops/matmul/matmul.ts";
import { reshape } from "../../lib/tensor/ops/reshape.ts";
import { devices } from "../tensor/gpu_util.ts";

const { gpu } = devices[0];
const one = whole(1);
const SIZES = exactly({ d_vocab: one, d_model: one, n_layers: one, n_heads: one, n_ctx: one });

const bigrams: Architecture = {
  name: "bigrams",
  check: (action, config): ModelConfig => expectForm(action, config, SIZES),
  shapes: ({ d_vocab, d_model }) => ({ W_E: [d_vocab, d_model], W_U: [d_model, d_vocab] }),
  keyWidth: () => 0,
  residual: ({ points, weight, index }, _, ids) =>
    points.at("hook_embed", embed(ids, weight("W_E"), { index })),
  final: (_, __, resid) => reshape(resid, resid.shape),
  unembed: ({ weight }, _, resid) => matmul(resid, weight("W_U")),
  files: {
    toJson: (config) => ({ model_type: "bigrams", ...config }),
    fromJson: (json) => expectForm("load bigrams", json, SIZES),
  },
};

/** Each id is followed by the next one, the last by the first. */
function following(n: number) {
  const identity = Float32Array.from({ length: n * n }, (_, i) => i % (n + 1) === 0 ? 1 : 0);
  const next = Float32Array.from(identity, (_, i) => i % n === (Math.floor(i / n) + 1) % n ? 1 : 0);
  const config = { d_vocab: n, d_model: n, n_layers: 1, n_heads: 1, n_ctx: 8 };
  return createModel(gpu, bigrams, config, {
    W_E: { shape: [n, n], data: identity },
    W_U: { shape: [n, n], data: next },
  });
}

Deno.test("generate() goes on with a model that has no attention", async () => {
  const continued = await generate(following(5), [[0, 2], [3]], { maxNewTokens: 4 });
  assertEquals(continued, [[3, 4, 0, 1], [4, 0, 1, 2]]);
});

Deno.test("hooks of an architecture are those of its forward pass", async () => {
  const model = following(5);
  assertEquals(hookNames(model), ["hook_embed"]);
  const doubled = runWithHooks(model, [[1]], { hook_embed: (x) => scale(x, 2) });
  assertEquals([...await doubled.read()], [0, 0, 2, 0, 0]);
});
