import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { openGpu } from "../../../lib/gpu/open.ts";
import {
  attentionOnly,
  type AttentionOnlyConfig,
} from "../../../lib/model/architectures/attention_only.ts";
import { loadModel, saveModel } from "../../../lib/model/files.ts";
import { generate } from "../../../lib/model/generate.ts";
import { hookNames, readingPoints } from "../../../lib/model/hooks.ts";
import { createModel, logits } from "../../../lib/model/language_model.ts";
import { runWithCache, runWithHooks } from "../../../lib/model/run_with_cache.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { MAX_OF_K_WEIGHTS, maxOfKShapes } from "../../../lib/proofs/max_of_k.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { crossEntropy } from "../../../lib/tensor/ops/cross_entropy.ts";
import { createScatterIndex } from "../../../lib/tensor/ops/embedding.ts";
import { readParameters } from "../../../lib/tensor/parameters.ts";
import { upload, uploadIds, zeros } from "../../../lib/tensor/tensor.ts";
import { maxOfKLogits } from "../../reference/max_of_k.ts";
import { assertClose, inFolder } from "../../util.ts";

const gpu = await openGpu();

const CONFIG: AttentionOnlyConfig = {
  d_vocab: 11,
  d_model: 12,
  d_head: 8,
  n_layers: 1,
  n_heads: 1,
  n_ctx: 4,
};
const { d_vocab, d_model, d_head, n_ctx } = CONFIG;
const random = stream(4, "attention only");
const plain = Object.fromEntries(
  Object.entries(maxOfKShapes({ d_vocab, d_model, d_head, n_ctx }))
    .map(([name, [rows, columns]]) => [name, random.normals(rows * columns, 0.5)]),
);
const shapes = attentionOnly.shapes(CONFIG);
const weights = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => {
    const own = MAX_OF_K_WEIGHTS.find((weight) => name.endsWith(`.${weight}`))!;
    return [name, { shape, data: plain[own] }];
  }),
);
const reference = {
  config: { d_vocab, d_model, d_head, n_ctx },
  ...plain,
} as Parameters<typeof maxOfKLogits>[0];
const TOKENS = [[3, 10, 0, 7], [1, 1, 9, 2], [8, 4, 4, 4]];

Deno.test("an attention-only model gives a Max-of-K model's logits at the last position", async () => {
  const model = createModel(gpu, attentionOnly, CONFIG, weights);
  using ids = uploadIds(gpu, [3, 4], TOKENS.flat());
  const found = await logits(model, ids).read();
  for (const [b, tokens] of TOKENS.entries()) {
    const last = found.slice((b * 4 + 3) * d_vocab, (b * 4 + 4) * d_vocab);
    assertClose(last, maxOfKLogits(reference, tokens), { name: `${tokens}`, rtol: 1e-5 });
  }
});

Deno.test("an attention-only model has its own hooks, and no others", async () => {
  const model = createModel(gpu, attentionOnly, { ...CONFIG, n_layers: 1 }, weights);
  const names = hookNames(model);
  assertEquals(names, [
    "hook_embed",
    "hook_pos_embed",
    "blocks.0.hook_resid_pre",
    ...["q", "k", "v", "attn_scores", "pattern", "z"].map((part) => `blocks.0.attn.hook_${part}`),
    "blocks.0.hook_attn_out",
    "blocks.0.hook_resid_post",
  ]);
  assertEquals(readingPoints(model), { attention: ["blocks.0.hook_resid_pre"], mlp: [] });
  const { cache } = runWithCache(model, TOKENS, names);
  assertEquals([...cache.keys()].sort(), [...names].sort());
  assertEquals(cache.get("blocks.0.attn.hook_q")!.shape, [3, 4, 1, d_head]);
  const pattern = await cache.get("blocks.0.attn.hook_pattern")!.read();
  assertClose([pattern[0], pattern[1]], [1, 0], { name: "causal", rtol: 1e-6 });
  const ablated = runWithHooks(model, TOKENS, {
    "blocks.0.hook_attn_out": ({ shape }) => zeros(gpu, shape),
  });
  const direct = await ablated.read(),
    whole = await logits(
      model,
      uploadIds(gpu, [3, 4], TOKENS.flat()),
    ).read();
  assert(direct.some((value, i) => Math.abs(value - whole[i]) > 0.1));
  const message = "did you mean blocks.0.hook_attn_out";
  assertThrows(() => runWithCache(model, TOKENS, ["blocks.0.hook_mlp_out"]), RangeError, message);
});

Deno.test("an attention-only model is saved, loaded and continued like any other", () =>
  inFolder(async (folder) => {
    using gpu = await openGpu();
    const model = createModel(gpu, attentionOnly, CONFIG, weights);
    await saveModel(join(folder, "model"), model);
    const loaded = await loadModel(gpu, join(folder, "model"));
    assertEquals(loaded.config as AttentionOnlyConfig, CONFIG);
    assertEquals(loaded.architecture.name, "attention_only");
    assertEquals(await readParameters(loaded.parameters), weights);
    const [[next]] = await generate(loaded, [[3, 10, 0]], { maxNewTokens: 1 });
    const found = await logits(model, uploadIds(gpu, [1, 3], [3, 10, 0])).read();
    const last = found.slice(2 * d_vocab);
    assertEquals(next, last.indexOf(Math.max(...last)));
  }));

Deno.test("an attention-only model of several heads is refused", () => {
  assertThrows(
    () => attentionOnly.check("create a model", { ...CONFIG, n_heads: 2 }),
    RangeError,
    "expected one head but found 2",
  );
});

Deno.test("the gradients of an attention-only model are the slopes of a plain float64 loss", async () => {
  const model = createModel(gpu, attentionOnly, CONFIG, weights);
  const answers = [10, 9, 8];
  const plainLoss = () =>
    TOKENS.reduce((sum, tokens, b) => {
      const found = maxOfKLogits(reference, tokens), top = Math.max(...found);
      const total = found.reduce((all, value) => all + Math.exp(value - top), 0);
      return sum + (top + Math.log(total) - found[answers[b]]) / 3;
    }, 0);
  const index = createScatterIndex(gpu, 12);
  index.write(Uint32Array.from(TOKENS.flat()));
  const targets = new Uint32Array(12), counted = new Float32Array(12);
  answers.forEach((answer, b) => [targets[4 * b + 3], counted[4 * b + 3]] = [answer, 1]);
  const { tensors } = model.parameters;
  withGradients(gpu, Object.values(tensors), () =>
    crossEntropy(
      logits(model, uploadIds(gpu, [3, 4], TOKENS.flat()), { index }),
      uploadIds(gpu, [12], targets),
      upload(gpu, { shape: [12], data: counted }),
    ));
  for (const [name, tensor] of Object.entries(tensors)) {
    const grad = await tensor.gradSlot!.read(), { data } = weights[name];
    const most = Math.max(...grad.map(Math.abs));
    for (let i = 0; i < data.length; i += Math.ceil(data.length / 7)) {
      const before = data[i],
        above = Math.fround(before + 1e-3),
        below = Math.fround(before - 1e-3);
      data[i] = above;
      const high = plainLoss();
      data[i] = below;
      const slope = (high - plainLoss()) / (above - below);
      data[i] = before;
      assert(Math.abs(grad[i] - slope) < 1e-4 * most, `${name} ${i}: ${grad[i]}, not ${slope}`);
    }
  }
});
