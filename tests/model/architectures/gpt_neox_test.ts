// Defaults are those of transformers 5.24, models/gpt_neox/configuration_gpt_neox.py; what the model computes is
// compared in tests/model/parity_test.ts. Buffers are those of the Pythia models on the hub.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { HostArray } from "../../../lib/io/host_array.ts";
import { readSafetensors } from "../../../lib/io/safetensors.ts";
import { gptNeox } from "../../../lib/model/architectures/gpt_neox.ts";
import {
  fromHuggingFace,
  type GptNeoxConfig,
  gptNeoxConfig,
  toHuggingFace,
} from "../../../lib/model/architectures/gpt_neox/config.ts";
import { loadModel, saveModel } from "../../../lib/model/files.ts";
import { createModel } from "../../../lib/model/language_model.ts";
import { randomWeights } from "../../../lib/model/random_weights.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { inFolder } from "../../util.ts";
import { raw, writeModel } from "../_files.ts";

const { gpu } = devices[0];
const SIZES = { d_vocab: 11, d_model: 16, n_layers: 2, n_heads: 2, n_ctx: 6, d_mlp: 12 };
const CONFIG = gptNeoxConfig({ ...SIZES, rotary: { dim: 4, theta: 100 } });
const JSON_OF = toHuggingFace(CONFIG);
const QKV = "gpt_neox.layers.0.attention.query_key_value.weight";

async function savedTensors(folder: string): Promise<Record<string, HostArray>> {
  const weights = randomWeights(gptNeox, CONFIG, stream(0, "neox"), { std: 0.5 });
  await saveModel(folder, createModel(gpu, gptNeox, CONFIG, weights));
  return Object.fromEntries((await readSafetensors(`${folder}/model.safetensors`)).tensors);
}

Deno.test("fromHuggingFace() takes GPT-NeoX's defaults where fields are absent", () => {
  assertEquals(fromHuggingFace({ model_type: "gpt_neox" }), {
    ...{ d_vocab: 50432, d_model: 6144, d_mlp: 24576, n_layers: 44, n_heads: 64, n_ctx: 2048 },
    ...{ eps: 1e-5, rotary: { dim: 24, theta: 10_000 }, activation: "gelu", tied: false },
    ...{ parallel_attn_mlp: true, attention_bias: true },
  } as GptNeoxConfig);
});

Deno.test("fromHuggingFace() reads the rotation in its old and its new form", () => {
  const { rope_parameters: _, ...rest } = JSON_OF;
  assertEquals(fromHuggingFace({ ...rest, rotary_pct: 0.5, rotary_emb_base: 100 }), CONFIG);
  const rope_parameters = { rope_theta: 100, partial_rotary_factor: 0.5, rope_type: "default" };
  assertEquals(fromHuggingFace({ ...rest, rope_parameters, rotary_emb_base: 7 }), CONFIG);
  const rope_scaling = { type: "linear", factor: 2 };
  const { rotary } = fromHuggingFace({ ...rest, rope_scaling });
  assertEquals(rotary, { dim: 2, theta: 10_000, scaling: { rope_type: "linear", factor: 2 } });
});

Deno.test("fromHuggingFace() keeps everything that toHuggingFace() writes, whatever part of a head turns", () => {
  for (let dim = 2; dim <= 98; dim += 2) {
    const rotary = { dim, theta: 100 };
    const config = gptNeoxConfig({ ...CONFIG, d_model: 196, rotary, parallel_attn_mlp: false });
    assertEquals(fromHuggingFace(JSON.parse(JSON.stringify(toHuggingFace(config)))), config);
  }
});

const FAULTS: [string, Record<string, unknown>, string][] = [
  ["another head", { architectures: ["GPTNeoXForTokenClassification"] }, "architectures[0] to be"],
  ["another activation", { hidden_act: "silu" }, '"gelu", "relu" but found "silu"'],
  [
    "a rotation that is not computed",
    { rope_scaling: { type: "longrope", factor: 2 } },
    "longrope",
  ],
  ["an odd rotation", { rope_parameters: null, rotary_pct: 0.4 }, "found 3 of 8"],
  ["another head width", { head_dim: 4 }, "hidden_size / num_attention_heads, 16 / 2, but found 4"],
  ["Llama's base", { rope_theta: 5 }, "rotary_emb_base alone but found rope_theta 5"],
  ["heads that do not divide", { num_attention_heads: 3 }, "a whole number but found 16 / 3"],
];
for (const [name, change, sentence] of FAULTS) {
  Deno.test(`fromHuggingFace() refuses ${name} in a GPT-NeoX`, () => {
    assertThrows(() => fromHuggingFace({ ...JSON_OF, ...change }), RangeError, sentence);
  });
}

Deno.test("a GPT-NeoX is loaded with Pythia's buffers, and saved bit for bit as it was", () =>
  inFolder(async (folder) => {
    const tensors = await savedTensors(`${folder}/first`),
      attention = "gpt_neox.layers.1.attention";
    assertEquals(tensors[QKV].shape, [48, 16]);
    const mask = Uint8Array.from({ length: 36 }, (_, at) => at % 6 <= Math.floor(at / 6) ? 1 : 0);
    const { "embed_out.weight": head, ...rest } = tensors;
    await writeModel(folder, {
      ...rest,
      "lm_head.weight": head,
      [`${attention}.bias`]: raw("BOOL", [1, 1, 6, 6], mask),
      [`${attention}.masked_bias`]: raw("F32", [], Float32Array.of(-1e9)),
      [`${attention}.rotary_emb.inv_freq`]: raw("F32", [2], Float32Array.of(1, 0.1)),
    }, JSON_OF);
    await saveModel(`${folder}/second`, await loadModel(gpu, folder));
    const saved = await readSafetensors(`${folder}/second/model.safetensors`);
    assertEquals(Object.fromEntries(saved.tensors), tensors);
  }));

Deno.test("loadModel() refuses a GPT-NeoX's frequencies and shapes that are others", () =>
  inFolder(async (folder) => {
    const tensors = await savedTensors(`${folder}/first`);
    const refused = async (changed: Parameters<typeof writeModel>[1], sentence: string) => {
      await writeModel(folder, { ...tensors, ...changed }, JSON_OF);
      const { message } = await assertRejects(() => loadModel(gpu, folder), Error, sentence);
      assert(message.startsWith("Cannot load model"), message);
    };
    const frequencies = raw("F32", [2], Float32Array.of(1, 0.2));
    await refused(
      { "gpt_neox.layers.0.attention.rotary_emb.inv_freq": frequencies },
      "frequency 0.1 at [1]",
    );
    await refused({ [QKV]: { shape: [16, 48], data: tensors[QKV].data } }, "shape [16,48] instead");
  }));
