// Fixture: tests/fixtures/gpt_neo.py: transformers' GPTNeoForCausalLM, 4 layers, d_model 24, 2 heads of 12, window 5, 61
// ids, batch 3 x 13, weights of standard deviation 0.2, gradients of the masked loss of every parameter; hooks from
// TransformerLens 3.9 without weight processing. float64 there, float32 here.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { openGpu, type OpenOptions } from "../../../lib/gpu/open.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { fromHuggingFace, toHuggingFace } from "../../../lib/model/architectures/gpt_neo/config.ts";
import { generate } from "../../../lib/model/generate.ts";
import { createGptNeo, type GptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import { logits } from "../../../lib/model/language_model.ts";
import { hookNames, readingPoints } from "../../../lib/model/hooks.ts";
import { runWithCache, runWithHooks } from "../../../lib/model/run_with_cache.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { crossEntropy } from "../../../lib/tensor/ops/cross_entropy.ts";
import { createScatterIndex } from "../../../lib/tensor/ops/embedding.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { upload, uploadIds, zeros } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture, fixtureOptions } from "../../util.ts";

const pt = await fixture("gpt_neo");
const config = fromHuggingFace({
  // deno-lint-ignore no-explicit-any
  ...(await fixtureOptions<any>("gpt_neo")),
  model_type: "gpt_neo",
});
const weights = Object.fromEntries(
  Object.entries(pt).filter(([name]) => name.startsWith("transformer.")),
);
const rows = (name: string) => {
  const { shape: [batch, pos], data } = pt[name];
  return Array.from({ length: batch }, (_, b) => data.slice(b * pos, (b + 1) * pos));
};

async function withModel(
  run: (model: GptNeo, gpu: Gpu) => Promise<void>,
  pretend: OpenOptions["pretend"] = {},
) {
  using gpu = await openGpu({ pretend });
  await run(createGptNeo(gpu, config, weights), gpu);
}

const others = await fixture("gpt_neo_activations");

for (const activation of ["gelu", "relu"] as const) {
  Deno.test(`a model with ${activation} has transformers' logits, loss and gradients`, async () => {
    using gpu = await openGpu();
    const model = createGptNeo(gpu, { ...config, activation }, weights);
    const ids = Uint32Array.from(pt.tokens.data), index = createScatterIndex(gpu, 39);
    index.write(ids);
    const targets = uploadIds(gpu, [39], Uint32Array.from(pt.targets.data));
    const weight = upload(gpu, { shape: [39], data: pt.weights.data });
    const { tensors } = model.parameters;
    const { loss } = withGradients(gpu, Object.values(tensors), (keep) => {
      const result = logits(model, uploadIds(gpu, [3, 13], ids), { index });
      const { loss } = crossEntropy(result, targets, weight);
      keep(loss);
      return { loss };
    });
    assertClose(await loss.read(), others[`${activation}.loss`], { name: "loss", rtol: 1e-5 });
    const found = await logits(model, uploadIds(gpu, [3, 13], ids)).read();
    assertClose(found, others[`${activation}.logits`], { name: "logits", rtol: 1e-5 });
    const grads = Object.keys(others).filter((name) => name.startsWith(`${activation}.grad.`));
    assertEquals(grads.length, 5);
    for (const name of grads) {
      const grad = await tensors[name.slice(`${activation}.grad.`.length)].gradSlot!.read();
      assertClose(grad, others[name], { name, rtol: 2e-5 });
    }
  });
}

for (const pretend of [{}, { subgroupSize: 0 }, { isCpu: false }]) {
  const kind = JSON.stringify(pretend);
  Deno.test(`logits(), loss and every gradient equal PyTorch's, pretending ${kind}`, () =>
    withModel(async (model, gpu) => {
      const ids = Uint32Array.from(pt.tokens.data);
      const index = createScatterIndex(gpu, 39);
      index.write(ids);
      const targets = uploadIds(gpu, [39], Uint32Array.from(pt.targets.data));
      const weight = upload(gpu, { shape: [39], data: pt.weights.data });
      const { tensors } = model.parameters;
      const { loss } = withGradients(gpu, Object.values(tensors), (keep) => {
        const result = crossEntropy(
          logits(model, uploadIds(gpu, [3, 13], ids), { index }),
          targets,
          weight,
        );
        keep(result.loss);
        return result;
      });
      assertClose(await loss.read(), pt.loss, { name: "loss", rtol: 1e-5 });
      for (const [name, tensor] of Object.entries(tensors)) {
        // Worst seen: 2e-6 of the root mean square.
        assertClose(await tensor.gradSlot!.read(), pt[`grad.${name}`], { name, rtol: 2e-5 });
      }
    }, pretend));
}

Deno.test("runWithCache() gives TransformerLens' activations at every hook", () =>
  withModel(async (model) => {
    const { logits, cache } = runWithCache(model, rows("tokens"), [
      "*",
      "blocks.*.*",
      "blocks.*.*.*",
      "ln_final.*",
    ]);
    assertClose(await logits.read(), pt.logits, { name: "logits", rtol: 1e-5 });
    assertEquals(new Set(cache.keys()), new Set(hookNames(model)));
    let compared = 0;
    for (const [name, tensor] of cache) {
      if (!pt[name]) continue;
      compared++;
      assertClose(await tensor.read(), pt[name], { name, rtol: 2e-5 });
    }
    assert(compared > 40, `compared ${compared} hooks`);
  }));

Deno.test("runWithHooks() replaces a residual stream for all later layers, and refuses edits without effect", () =>
  withModel(async (model, gpu) => {
    const tokens = rows("tokens");
    const swapped = tokens.toReversed();
    const name = "blocks.1.hook_resid_post";
    const { cache, logits: wanted } = runWithCache(model, swapped, [name]);
    const other = cache.get(name)!;
    const found = runWithHooks(model, tokens, { [name]: () => other });
    assertEquals(await found.read(), await wanted.read());
    assertThrows(
      () => runWithHooks(model, tokens, { "blocks.0.attn.hook_pattern": () => zeros(gpu, [1]) }),
      RangeError,
      "only computed on demand",
    );
    assertThrows(
      () => runWithCache(model, tokens, ["blocks.0.hook_resid_past"]),
      RangeError,
      "did you mean blocks.0.hook_resid_post",
    );
  }));

Deno.test("generate() continues prompts of unequal length as PyTorch does, and repeats a seeded sample", () =>
  withModel(async (model) => {
    const prompts = [pt.prompt_0.data, pt.prompt_1.data];
    const greedy = await generate(model, prompts, { maxNewTokens: 6 });
    assertEquals(greedy, [[...pt.continuation_0.data], [...pt.continuation_1.data]]);
    const sample = () => generate(model, prompts, { maxNewTokens: 6, random: stream(0, "sample") });
    const first = await sample();
    assertEquals(await sample(), first);
    assert(first.flat().some((id, i) => id !== greedy.flat()[i]), "a sample differs from greedy");
  }));

Deno.test("a configuration survives Hugging Face's form", () => {
  assertEquals(fromHuggingFace(JSON.parse(JSON.stringify(toHuggingFace(config)))), config);
});

Deno.test("readingPoints() names what attention and MLPs read, which lies a weight and a bias before their products", () =>
  withModel(async (model) => {
    const points = readingPoints(model);
    assertEquals(points.attention, [0, 1, 2, 3].map((l) => `blocks.${l}.ln1.hook_normalized`));
    assertEquals(points.mlp, [0, 1, 2, 3].map((l) => `blocks.${l}.ln2.hook_normalized`));
    const [read, hook] = [points.mlp[1], "blocks.1.mlp.hook_pre"], block = "transformer.h.1";
    const { cache } = runWithCache(model, rows("tokens"), [read, hook]);
    const x = await cache.get(read)!.read(), pre = await cache.get(hook)!.read();
    const [w, b, W, bias] = ["ln_2.weight", "ln_2.bias", "mlp.c_fc.weight", "mlp.c_fc.bias"]
      .map((name) => weights[`${block}.${name}`].data);
    const first = Float64Array.from({ length: 96 }, (_, i) => {
      let sum = bias[i];
      for (let c = 0; c < 24; c++) sum += W[i * 24 + c] * (x[c] * w[c] + b[c]);
      return sum;
    });
    assertClose(pre.slice(0, 96), first, { name: hook, rtol: 1e-5 });
  }));
