// Defaults are those of transformers 5.24, models/llama/configuration_llama.py and models/qwen2/configuration_qwen2.py; what
// the models compute is compared in tests/model/parity_test.ts.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { readSafetensors } from "../../../lib/io/safetensors.ts";
import { ACTIVATIONS } from "../../../lib/model/components/mlp.ts";
import { llama, qwen2 } from "../../../lib/model/architectures/llama.ts";
import { type LlamaConfig, llamaConfig } from "../../../lib/model/architectures/llama/config.ts";
import {
  fromHuggingFace,
  toHuggingFace,
} from "../../../lib/model/architectures/llama/hugging_face.ts";
import { loadModel, saveModel } from "../../../lib/model/files.ts";
import { hookNames, readingPoints } from "../../../lib/model/hooks.ts";
import { createModel, logits } from "../../../lib/model/language_model.ts";
import { adaptersByName, createAdapters } from "../../../lib/model/lora/adapters.ts";
import { mergeAdapters } from "../../../lib/model/lora/merge.ts";
import { randomWeights } from "../../../lib/model/random_weights.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { uploadIds } from "../../../lib/tensor/tensor.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { assertClose, inFolder } from "../../util.ts";
import { raw, writeModel } from "../_files.ts";

const { gpu } = devices[0];
const SIZES = { d_vocab: 11, d_model: 10, n_layers: 2, n_heads: 4, n_ctx: 6, d_mlp: 12 };
const CONFIG = llamaConfig({ ...SIZES, d_head: 6, n_kv_heads: 2, tied: true });
const QWEN = llamaConfig({ ...SIZES, d_head: 6, qkv_bias: true });
const JSON_OF = { llama: toHuggingFace("llama", CONFIG), qwen2: toHuggingFace("qwen2", QWEN) };

Deno.test("fromHuggingFace() takes Llama's and Qwen2's defaults where fields are absent", () => {
  const sizes = {
    d_model: 4096,
    d_head: 128,
    n_layers: 32,
    n_heads: 32,
    n_kv_heads: 32,
    eps: 1e-6,
  };
  const same = { ...sizes, rotary: { dim: 128, theta: 10_000 }, activation: "silu", tied: false };
  assertEquals(fromHuggingFace("llama", { model_type: "llama" }), {
    ...{ ...same, d_vocab: 32000, d_mlp: 11008, n_ctx: 2048 },
    ...{ qkv_bias: false, o_bias: false, mlp_bias: false },
  } as LlamaConfig);
  assertEquals(
    fromHuggingFace("qwen2", { model_type: "qwen2" }),
    { ...same, d_vocab: 151936, d_mlp: 22016, n_ctx: 32768, qkv_bias: true } as LlamaConfig,
  );
});

Deno.test("fromHuggingFace() keeps everything that toHuggingFace() writes", () => {
  const scaling = { rope_type: "linear", factor: 2 } as const;
  const rotary = { dim: 6, theta: 500, scaling };
  const biased = { qkv_bias: true, o_bias: true, mlp_bias: true, tied: true };
  const windows = { attention: ["global", "local"] as ("global" | "local")[], window: 3 };
  const cases = [
    ["llama", { rotary, ...biased, activation: "relu" }],
    ["qwen2", { qkv_bias: true, ...windows }],
  ] as const;
  for (const [kind, change] of cases) {
    const config = { ...CONFIG, activation: "silu" as const, ...change };
    const found = fromHuggingFace(kind, JSON.parse(JSON.stringify(toHuggingFace(kind, config))));
    assertEquals(found, config as LlamaConfig);
  }
});

Deno.test("fromHuggingFace() gives a Qwen2's later blocks their windows only where they are asked for", () => {
  const fields = { model_type: "qwen2", sliding_window: 7, max_window_layers: 30 };
  const read = (json: object) => fromHuggingFace("qwen2", { ...fields, ...json });
  assertEquals(read({}).attention, undefined);
  const { attention, window } = read({ use_sliding_window: true });
  assertEquals([attention!.lastIndexOf("global"), attention!.length, window], [29, 32, 7]);
});

const FAULTS: [string, "llama" | "qwen2", Record<string, unknown>, string][] = [
  [
    "another head",
    "llama",
    { architectures: ["LlamaForSequenceClassification"] },
    "architectures[0]",
  ],
  ["another activation", "llama", { hidden_act: "tanh" }, 'hidden_act to be one of "silu"'],
  [
    "groups that do not divide",
    "llama",
    { num_key_value_heads: 3 },
    "n_kv_heads to divide 4 heads",
  ],
  ["a rotation that is not computed", "llama", { rope_scaling: { type: "longrope" } }, "longrope"],
  ["an odd head", "llama", { head_dim: 5 }, "an even number of turning numbers"],
  ["a partial rotation", "llama", {
    partial_rotary_factor: 0.5,
    rope_parameters: null,
    head_dim: 8,
  }, "all 8 numbers of a head to turn but found 4"],
  ["Mistral's window", "llama", { sliding_window: 4 }, "sliding_window to be null or absent"],
  [
    "quantised weights",
    "llama",
    { quantization_config: { bits: 4 } },
    "quantization_config to be null",
  ],
  [
    "a head width that does not divide",
    "llama",
    { head_dim: null },
    "hidden_size to be a multiple of num_attention_heads",
  ],
  ["GPT's norm", "llama", { layer_norm_eps: 1e-3 }, "rms_norm_eps alone but found layer_norm_eps"],
  ["another architecture", "qwen2", { model_type: "qwen3" }, 'model_type to be one of "qwen2"'],
  ["biases elsewhere", "qwen2", { mlp_bias: true }, "mlp_bias to be false"],
  ["windows of no width", "qwen2", {
    model_type: "qwen2",
    layer_types: Array(2).fill("sliding_attention"),
  }, "a window for local attention"],
];
for (const [name, kind, change, sentence] of FAULTS) {
  Deno.test(`fromHuggingFace() refuses ${name} in a ${kind}`, () => {
    const read = () =>
      fromHuggingFace(kind, { ...JSON_OF[kind], ...change }, { file: "a/config.json" });
    const { message } = assertThrows(read, RangeError, sentence);
    assert(message.startsWith("Cannot load model configuration a/config.json: "), message);
  });
}

Deno.test("check() refuses biases and windows that an architecture does not have", () => {
  const refused = (run: () => unknown, sentence: string) => assertThrows(run, RangeError, sentence);
  refused(() => llama.check("create", QWEN), "qkv_bias and o_bias alike in a Llama");
  refused(() => qwen2.check("create", CONFIG), "qkv_bias alone in a Qwen2");
  const attention = ["global", "local"] as ("global" | "local")[];
  refused(
    () => llama.check("create", { ...CONFIG, attention, window: 2 }),
    "global attention alone",
  );
  refused(
    () => qwen2.check("create", { ...QWEN, attention: ["global"] }),
    "each of 2 layers but found 1",
  );
  refused(() => llamaConfig({ ...SIZES }), "expected d_head to be a whole number");
});

Deno.test("a Llama is loaded with the buffers of older files, and saved bit for bit as it was", () =>
  inFolder(async (folder) => {
    for (const [architecture, config] of [[llama, CONFIG], [qwen2, QWEN]] as const) {
      const weights = randomWeights(architecture, config, stream(0, "llama"), { std: 0.5 });
      await saveModel(`${folder}/first`, createModel(gpu, architecture, config, weights));
      const saved = await readSafetensors(`${folder}/first/model.safetensors`);
      const tensors = Object.fromEntries(saved.tensors);
      assertEquals(tensors, weights);
      const json = architecture.files.toJson(config);
      const inv_freq = [0, 1, 2].map((f) => 10000 ** (-f / 3));
      const tied = config.tied && { "lm_head.weight": tensors["model.embed_tokens.weight"] };
      await writeModel(folder, {
        ...tensors,
        ...tied,
        "model.layers.1.self_attn.rotary_emb.inv_freq": raw(
          "F32",
          [3],
          Float32Array.from(inv_freq),
        ),
      }, json);
      const loaded = await loadModel(gpu, folder);
      assertEquals(loaded.architecture.name, architecture.name);
      await saveModel(`${folder}/second`, loaded);
      const again = await readSafetensors(`${folder}/second/model.safetensors`);
      assertEquals(Object.fromEntries(again.tensors), tensors);
      const other = raw("F32", [3], Float32Array.of(1, 0.5, 0.25));
      await writeModel(folder, { ...tensors, "model.rotary_emb.inv_freq": other }, json);
      await assertRejects(() => loadModel(gpu, folder), Error, "frequency 0.0464");
    }
  }));

Deno.test("hookNames() are TransformerLens' for a gated MLP and rotary positions, and say what reads", () => {
  const model = { architecture: llama, config: CONFIG } as unknown as Parameters<
    typeof hookNames
  >[0];
  assertEquals(
    hookNames(model).filter((name) => name.startsWith("blocks.1.")).map((name) => name.slice(9)),
    [
      "hook_resid_pre",
      "ln1.hook_scale",
      "ln1.hook_normalized",
      "attn.hook_q",
      "attn.hook_k",
      "attn.hook_v",
      "attn.hook_rot_q",
      "attn.hook_rot_k",
      "attn.hook_attn_scores",
      "attn.hook_pattern",
      "attn.hook_z",
      "hook_attn_out",
      "hook_resid_mid",
      "ln2.hook_scale",
      "ln2.hook_normalized",
      "mlp.hook_pre",
      "mlp.hook_pre_linear",
      "mlp.hook_post",
      "hook_mlp_out",
      "hook_resid_post",
    ],
  );
  assertEquals(readingPoints(model).mlp[1], "blocks.1.ln2.hook_normalized");
  assert(!("silu" in ACTIVATIONS), "an MLP without a gate has no silu");
});

Deno.test("every linear layer of a Llama takes an adapter, which computes what it does when merged", async () => {
  for (const targets of ["all-linear", ["k_proj", "gate_proj"]] as const) {
    const weights = randomWeights(llama, CONFIG, stream(0, "llama"), { std: 0.3 });
    const model = createModel(gpu, llama, CONFIG, weights);
    const settings = { r: 2, alpha: 4, dropout: 0, targets: targets as "all-linear" };
    const adapters = createAdapters(model, settings, stream(1, "lora"));
    assertEquals(adapters.modules.length, targets === "all-linear" ? 14 : 4);
    for (const [name, tensor] of Object.entries(adapters.parameters.tensors)) {
      tensor.write(stream(2, name).normals(tensor.rows * tensor.columns, 0.3));
    }
    const ids = uploadIds(gpu, [1, 5], [1, 7, 3, 3, 10]);
    const without = await logits(model, ids).read();
    const found = await logits(model, ids, { adapters: adaptersByName(adapters) }).read();
    mergeAdapters(model, adapters);
    assertClose(await logits(model, ids).read(), found, { name: "merged", rtol: 1e-5 });
    assert(found.some((value, i) => Math.abs(value - without[i]) > 0.1));
  }
});

Deno.test("no more positions than n_ctx go through a Llama, though angles of further ones are known", () => {
  const weights = randomWeights(llama, CONFIG, stream(0, "llama"));
  const model = createModel(gpu, llama, CONFIG, weights);
  assertThrows(
    () => logits(model, uploadIds(gpu, [1, 7], Array(7).fill(1))),
    RangeError,
    "expected at most 6 positions but found 7",
  );
});

Deno.test("layer_types for other blocks than a Qwen2 has are refused", () => {
  const layer_types = ["full_attention"];
  assertThrows(
    () => fromHuggingFace("qwen2", { ...JSON_OF.qwen2, layer_types }),
    RangeError,
    "expected layer_types for 2 blocks but found 1 of them",
  );
});
