// Queries, keys and values as one product: the same model as one by one, for every architecture that has them. No
// fixture: a point that looks at the keys makes a run take them apart, and parity_test.ts holds that way to transformers.
import { assert, assertEquals } from "@std/assert";
import { record } from "../../lib/gpu/program.ts";
import type { Architecture, ModelConfig } from "../../lib/model/architecture.ts";
import { gpt2 } from "../../lib/model/architectures/gpt2.ts";
import { gpt2Config } from "../../lib/model/architectures/gpt2/config.ts";
import { gptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { gptNeox } from "../../lib/model/architectures/gpt_neox.ts";
import { gptNeoxConfig } from "../../lib/model/architectures/gpt_neox/config.ts";
import { llama, qwen2 } from "../../lib/model/architectures/llama.ts";
import { llamaConfig } from "../../lib/model/architectures/llama/config.ts";
import { makeHooks } from "../../lib/model/hooks.ts";
import { createModel, type LanguageModel, logits } from "../../lib/model/language_model.ts";
import { randomWeights } from "../../lib/model/random_weights.ts";
import { stream } from "../../lib/numerics/random.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { createScatterIndex } from "../../lib/tensor/ops/embedding.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { upload, uploadIds } from "../../lib/tensor/tensor.ts";
import { assertClose } from "../util.ts";
import { devices } from "../tensor/gpu_util.ts";

const [{ gpu }] = devices;
const sizes = { d_vocab: 23, d_model: 64, n_layers: 2, n_heads: 4, n_ctx: 8 };
const tokens = Uint32Array.from({ length: 12 }, (_, i) => (i * 7 + 3) % 23);
const grouped = { ...sizes, d_model: 40, n_heads: 8, n_kv_heads: 4, d_head: 16 };

// deno-lint-ignore no-explicit-any
const MODELS: Record<string, [Architecture<any>, ModelConfig]> = {
  "GPT-Neo": [gptNeo, gptNeoConfig(sizes)],
  "GPT-2": [gpt2, gpt2Config(sizes)],
  "GPT-NeoX": [gptNeox, gptNeoxConfig(sizes)],
  "Llama with shared keys": [llama, llamaConfig(grouped)],
  "Qwen2 with shared keys": [qwen2, llamaConfig({ ...grouped, qkv_bias: true })],
};

function make(name: string, change: Partial<ModelConfig> = {}): LanguageModel {
  const [architecture, config] = MODELS[name], all = { ...config, ...change };
  const weights = randomWeights(architecture, all, stream(0, "weights"), { std: 0.3 });
  for (const { data } of Object.values(weights)) {
    data.forEach((v, i) => data[i] = v + 0.01 * (i % 7));
  }
  return createModel(gpu, architecture, all, weights);
}

/** The loss of the model, with points that are looked at. */
function lossOf(model: LanguageModel, wanted: string[]) {
  const index = createScatterIndex(gpu, 12);
  index.write(tokens);
  const hooks = makeHooks(model, { wanted });
  const result = logits(model, uploadIds(gpu, [2, 6], tokens), { index, hooks });
  const next = uploadIds(gpu, [12], tokens.map((id) => (id + 1) % 23));
  const weights = upload(gpu, { shape: [12], data: new Float32Array(12).fill(1) });
  return crossEntropy(result, next, weights);
}

/** Loss, then gradients. */
async function run(model: LanguageModel, wanted: string[] = []): Promise<Float32Array[]> {
  const list = Object.values(model.parameters.tensors);
  const { loss } = withGradients(gpu, list, () => lossOf(model, wanted));
  return await readTensors([loss, ...list.map((tensor) => tensor.grad!)]);
}

function dispatches(model: LanguageModel, wanted: string[] = []): number {
  const list = Object.values(model.parameters.tensors);
  using program = record(gpu, "step", () => withGradients(gpu, list, () => lossOf(model, wanted)));
  return program.size;
}

/** Without positions that turn, the true gradient of a bias of the keys is 0: what stands there is rounding. */
function assertAlike(found: Float32Array, expected: Float32Array, name: string): void {
  const rms = Math.sqrt(expected.reduce((sum, v) => sum + v * v, 0) / expected.length);
  assertClose(found, expected, { name, rtol: 2e-5, atol: Math.max(2e-5 * rms, 1e-7) });
}

for (const name of Object.keys(MODELS)) {
  Deno.test(`${name}: keys that nobody looks at are made with queries and values, to the same end`, async () => {
    const model = make(name), apart = ["blocks.*.attn.hook_k"];
    const [together, alone] = [await run(model), await run(model, apart)];
    assertEquals(together[0], alone[0]); // each result is summed in the same order
    // The gradient of what is projected is one sum over all parts, or one for each.
    together.forEach((found, i) => assertAlike(found, alone[i], `${i}`));
    const saved = dispatches(model, apart) - dispatches(model);
    assert(saved >= 2 * 6, `${saved} dispatches of two blocks saved`);
  });

  Deno.test(`${name}: a frozen weight of the keys leaves the other gradients as they are`, async () => {
    const model = make(name), { tensors } = model.parameters, names = Object.keys(tensors);
    const whole = await run(model),
      frozen = names.findIndex((name) => /k_proj.weight|k.weight/.test(name));
    tensors[names[frozen]].requiresGrad = false;
    const found = await run(model);
    found.forEach((grad, i) => {
      const none = new Float32Array(grad.length);
      assertAlike(grad, i === frozen + 1 ? none : whole[i], `${i}`);
    });
  });
}

Deno.test("projections between which memory has a gap are made one by one", async () => {
  const model = make("GPT-2", { d_model: 48 }); // 48 biases do not end where the next may begin
  assertEquals(dispatches(model), dispatches(model, ["blocks.*.attn.hook_k"]));
  assert((await run(model)).every((values) => values.every(Number.isFinite)));
});
