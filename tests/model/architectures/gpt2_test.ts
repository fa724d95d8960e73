// Defaults and aliases are those of transformers 5.24, models/gpt2/configuration_gpt2.py; what the model computes is
// compared in tests/model/parity_test.ts. Names without `transformer.` and masks are those of the hub's gpt2.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { HostArray } from "../../../lib/io/host_array.ts";
import { readSafetensors } from "../../../lib/io/safetensors.ts";
import {
  fromHuggingFace,
  type Gpt2Config,
  gpt2Config,
  toHuggingFace,
} from "../../../lib/model/architectures/gpt2/config.ts";
import { loadModel, saveModel } from "../../../lib/model/files.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { inFolder } from "../../util.ts";
import { raw, writeModel } from "../_files.ts";

const { gpu } = devices[0];
const CONFIG = gpt2Config({
  d_vocab: 11,
  d_model: 8,
  n_layers: 2,
  n_heads: 2,
  n_ctx: 6,
  d_mlp: 12,
});
const JSON_OF = toHuggingFace(CONFIG);

/** The tensors of a file as transformers writes it: Conv1D weights [in, out], c_attn fused. */
function fileTensors(): Record<string, HostArray> {
  const random = stream(0, "gpt2");
  const tensors: Record<string, HostArray> = {};
  const put = (name: string, ...shape: number[]) => {
    tensors[`transformer.${name}`] = {
      shape,
      data: random.normals(shape.reduce((a, b) => a * b), 0.5),
    };
  };
  put("wte.weight", 11, 8);
  put("wpe.weight", 6, 8);
  for (const h of ["h.0", "h.1"]) {
    for (
      const [name, columns, out] of [
        ["attn.c_attn", 8, 24],
        ["attn.c_proj", 8, 8],
        ["mlp.c_fc", 8, 12],
        ["mlp.c_proj", 12, 8],
      ] as const
    ) {
      put(`${h}.${name}.weight`, columns, out);
      put(`${h}.${name}.bias`, out);
    }
    for (const norm of ["ln_1", "ln_2"]) {
      put(`${h}.${norm}.weight`, 8);
      put(`${h}.${norm}.bias`, 8);
    }
  }
  put("ln_f.weight", 8);
  put("ln_f.bias", 8);
  return tensors;
}

Deno.test("fromHuggingFace() takes GPT-2's defaults where fields are absent", () => {
  assertEquals(fromHuggingFace({ model_type: "gpt2" }), {
    ...{ d_vocab: 50257, d_model: 768, d_mlp: 3072, n_layers: 12, n_heads: 12, n_ctx: 1024 },
    ...{ eps: 1e-5, activation: "gelu_new", tied: true },
    ...{ use_attn_scale: true, scale_attn_by_inverse_layer_idx: false },
  } as Gpt2Config);
});

Deno.test("fromHuggingFace() reads transformers' aliases, and what toHuggingFace() writes", () => {
  const { n_embd, n_head, n_layer, n_positions, ...rest } = JSON_OF;
  const aliased = {
    ...rest,
    hidden_size: n_embd,
    num_attention_heads: n_head,
    num_hidden_layers: n_layer,
    max_position_embeddings: n_positions,
  };
  assertEquals(fromHuggingFace(aliased), CONFIG);
  const others = gpt2Config({ ...CONFIG, use_attn_scale: false, tied: false, activation: "relu" });
  assertEquals(fromHuggingFace(JSON.parse(JSON.stringify(toHuggingFace(others)))), others);
  const trained = { n_ctx: 6, resid_pdrop: 0.1, reorder_and_upcast_attn: true, use_cache: true };
  assertEquals(fromHuggingFace({ ...JSON_OF, ...trained }), CONFIG);
});

const FAULTS: [string, Record<string, unknown>, string][] = [
  ["another head", { architectures: ["GPT2ForSequenceClassification"] }, "architectures[0] to be"],
  ["another activation", { activation_function: "silu" }, '"gelu", "relu" but found "silu"'],
  ["cross attention", { add_cross_attention: true }, "add_cross_attention to be false or absent"],
  ["quantised weights", { quantization_config: { bits: 4 } }, "quantization_config to be null"],
  ["GPT-Neo's heads", { num_heads: 4 }, "n_head alone but found num_heads 4 beside n_head 2"],
  ["other positions", { n_ctx: 5 }, "n_positions alone but found n_ctx 5 beside n_positions 6"],
  ["another width", { intermediate_size: 32 }, "n_inner alone but found intermediate_size 32"],
  ["heads that do not divide", { n_head: 3 }, "a whole number but found 8 / 3"],
];
for (const [name, change, sentence] of FAULTS) {
  Deno.test(`fromHuggingFace() refuses ${name} in a GPT-2`, () => {
    assertThrows(() => fromHuggingFace({ ...JSON_OF, ...change }), RangeError, sentence);
  });
}

Deno.test("a GPT-2 is loaded with bare names and masks, and saved bit for bit as it was", () =>
  inFolder(async (folder) => {
    const tensors = fileTensors();
    const bare = Object.fromEntries(
      Object.entries(tensors).map(([name, array]) => [name.replace("transformer.", ""), array]),
    );
    const mask = Float32Array.from({ length: 36 }, (_, at) => at % 6 <= Math.floor(at / 6) ? 1 : 0);
    const buffers = {
      "h.1.attn.bias": raw("BOOL", [1, 1, 6, 6], Uint8Array.from(mask)),
      "h.1.attn.masked_bias": raw("F32", [], Float32Array.of(-1e4)),
    };
    await writeModel(folder, { ...bare, ...buffers }, JSON_OF);
    const model = await loadModel(gpu, folder);
    assertEquals(model.config, CONFIG);
    await saveModel(`${folder}/saved`, model);
    const saved = await readSafetensors(`${folder}/saved/model.safetensors`);
    assertEquals(Object.fromEntries(saved.tensors), tensors);
    assertEquals((await loadModel(gpu, `${folder}/saved`)).config, CONFIG);
  }));

Deno.test("loadModel() refuses a GPT-2's masks, shapes and names that are others", () =>
  inFolder(async (folder) => {
    const tensors = fileTensors(), c_attn = "transformer.h.0.attn.c_attn.weight";
    const { [c_attn]: _, ...fewer } = tensors;
    const refused = async (changed: Parameters<typeof writeModel>[1], sentence: string) => {
      await writeModel(folder, changed, JSON_OF);
      const { message } = await assertRejects(() => loadModel(gpu, folder), Error, sentence);
      assert(message.startsWith("Cannot load model"), message);
    };
    await refused(fewer, `${c_attn} [8,24] is missing`);
    await refused(
      { ...tensors, [c_attn]: { shape: [24, 8], data: tensors[c_attn].data } },
      `${c_attn} has shape [24,8] instead of [8,24]`,
    );
    const wrapped = Object.entries(tensors).map(([name, array]) => [`module.${name}`, array]);
    await refused(Object.fromEntries(wrapped), "28 of 28 names with the prefix module.");
    const mask = raw("BOOL", [1, 1, 6, 6], new Uint8Array(36).fill(1));
    await refused({ ...tensors, "transformer.h.0.attn.bias": mask }, "expected the causal mask");
    const head = { shape: [11, 8], data: new Float32Array(88) };
    await refused({ ...tensors, "lm_head.weight": head }, "lm_head.weight to equal");
  }));
