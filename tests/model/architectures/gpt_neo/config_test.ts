// Defaults and aliases are those of transformers 5.24, models/gpt_neo/configuration_gpt_neo.py.
import { assertEquals, assertThrows } from "@std/assert";
import {
  fromHuggingFace,
  type GptNeoConfig,
  gptNeoConfig,
  toHuggingFace,
} from "../../../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../../../lib/model/architectures/gpt_neo/weights.ts";
import { gptNeoShapes } from "../../../../lib/model/architectures/gpt_neo/names.ts";
import { stream } from "../../../../lib/numerics/random.ts";
import { CONFIG, UNTIED } from "../../_files.ts";

const JSON_OF = toHuggingFace(CONFIG);

Deno.test("fromHuggingFace() takes GPT-Neo's defaults where fields are absent", () => {
  const alternating = Array.from({ length: 24 }, (_, l) => l % 2 === 0 ? "global" : "local");
  assertEquals(fromHuggingFace({ model_type: "gpt_neo" }), {
    d_vocab: 50257,
    d_model: 2048,
    d_mlp: 8192,
    n_layers: 24,
    n_heads: 16,
    n_ctx: 2048,
    window: 256,
    attention: alternating,
    eps: 1e-5,
    activation: "gelu_new",
    tied: true,
  } as GptNeoConfig);
  const {
    window_size: _window,
    layer_norm_epsilon: _eps,
    activation_function: _activation,
    tie_word_embeddings: _tie,
    ...few
  } = JSON_OF;
  assertEquals(fromHuggingFace({ ...few, intermediate_size: null }), { ...CONFIG, window: 256 });
});

Deno.test("fromHuggingFace() keeps everything that toHuggingFace() writes", () => {
  for (const config of [CONFIG, UNTIED, gptNeoConfig({ ...CONFIG, d_mlp: 12, eps: 1e-6 })]) {
    assertEquals(fromHuggingFace(JSON.parse(JSON.stringify(toHuggingFace(config)))), config);
  }
});

Deno.test("fromHuggingFace() reads the attention in either form, and passes dropout over", () => {
  const { attention_types: _, ...rest } = JSON_OF;
  const layers = { attention_layers: ["global", "local"] };
  const types = { attention_types: [[["global", "local"], 1]] };
  for (const form of [layers, types, { ...layers, ...types }]) {
    const json = { ...rest, ...form, resid_dropout: 0.1, use_cache: true, bos_token_id: 3 };
    assertEquals(fromHuggingFace(json), CONFIG);
  }
});

Deno.test("fromHuggingFace() takes transformers' other names for heads and layers", () => {
  const { num_heads, num_layers, ...rest } = JSON_OF;
  const json = { ...rest, num_attention_heads: num_heads, num_hidden_layers: num_layers };
  assertEquals(fromHuggingFace(json), CONFIG);
});

const FAULTS: [string, Record<string, unknown>, string][] = [
  ["another architecture", { model_type: "gpt2" }, 'model_type to be one of "gpt_neo" but found'],
  ["no architecture", { model_type: undefined }, "model_type to be one of"],
  [
    "another head",
    { architectures: ["GPTNeoForSequenceClassification"] },
    "architectures[0] to be",
  ],
  ["another activation", { activation_function: "silu" }, '"gelu", "relu" but found "silu"'],
  ["an unknown attention", { attention_types: [[["global", "sparse"], 1]] }, 'found "sparse"'],
  ["an unknown layer", { attention_layers: ["global", "Local"] }, "attention_layers[1] to be one"],
  [
    "too few blocks",
    { attention_types: [[["global"], 1]] },
    'for 2 blocks but found [[["global"],1]], 1',
  ],
  [
    "too many layers",
    { attention_layers: ["local", "local", "local"] },
    "for 2 blocks but found 3",
  ],
  ["no kinds for two blocks", { attention_types: null }, "found none, which stands for [[["],
  [
    "attention that disagrees",
    { attention_layers: ["global", "global"] },
    "block 1 local in the one and global in the other",
  ],
  ["kinds of no form", { attention_types: "global" }, "attention_types to be a list"],
  [
    "kinds without a count",
    { attention_types: [["global", "local"]] },
    "attention_types[0][0] to be",
  ],
  ["a billion blocks", { attention_types: [[["local"], 1e9]] }, "for 2 blocks"],
  ["window 0", { window_size: 0 }, "window_size to be a whole number from 1"],
  ["a negative window", { window_size: -3 }, "window_size to be a whole number from 1"],
  ["a window of text", { window_size: "3" }, 'found "3"'],
  ["no number for a size", { hidden_size: null }, "hidden_size to be a whole number from 1"],
  ["no vocabulary", { vocab_size: 0 }, "vocab_size to be a whole number from 1"],
  ["half a position", { max_position_embeddings: 2.5 }, "max_position_embeddings to be a whole"],
  ["an MLP of width 0", { intermediate_size: 0 }, "intermediate_size to be a whole number from 1"],
  ["a negative epsilon", { layer_norm_epsilon: -1e-5 }, "layer_norm_epsilon to be a finite number"],
  [
    "an epsilon that became null",
    { layer_norm_epsilon: null },
    "layer_norm_epsilon to be a finite",
  ],
  ["a flag in words", { tie_word_embeddings: "yes" }, "tie_word_embeddings to be true or false"],
  ["heads that do not divide", { num_heads: 3 }, "a multiple of n_heads but found 8 and 3"],
  [
    "two numbers of heads",
    { num_attention_heads: 4 },
    "num_heads alone but found num_attention_heads 4",
  ],
  [
    "GPT-2's number of heads",
    { n_head: 4 },
    "num_heads alone but found n_head 4 beside num_heads 2",
  ],
  [
    "BERT's epsilon",
    { layer_norm_eps: 1e-12 },
    "layer_norm_epsilon alone but found layer_norm_eps",
  ],
  [
    "a nonlinearity under another's name, where its own has the default",
    { activation_function: undefined, hidden_act: "relu" },
    'found hidden_act "relu" beside activation_function "gelu_new"',
  ],
  ["scaled scores", { scale_attn_weights: true }, "scale_attn_weights to be false or absent"],
  ["quantised weights", { quantization_config: { bits: 4 } }, "quantization_config to be null or"],
  ["code of its own", { auto_map: { AutoModel: "a.B" } }, "auto_map to be null or absent"],
  ["pruned heads", { pruned_heads: { "0": [1] } }, "pruned_heads to be {} or absent"],
];
for (const [name, change, sentence] of FAULTS) {
  Deno.test(`fromHuggingFace() refuses ${name}`, () => {
    const read = () => fromHuggingFace({ ...JSON_OF, ...change }, { file: "a/config.json" });
    const { message } = assertThrows(read, RangeError, sentence);
    assertEquals(message.startsWith("Cannot load model configuration a/config.json: "), true);
  });
}

Deno.test("fromHuggingFace() refuses JSON that is no object with a sentence", () => {
  for (const json of [null, [], "gpt_neo", 3]) {
    assertThrows(() => fromHuggingFace(json), RangeError, "expected an object but found");
  }
});

Deno.test("gptNeoConfig() takes what it is given, fills in the rest, and refuses what it does not know", () => {
  const sizes = { d_vocab: 11, d_model: 8, n_layers: 2, n_heads: 2, n_ctx: 6 };
  const rest = {
    d_mlp: 32,
    window: 256,
    attention: ["global", "local"],
    eps: 1e-5,
    activation: "gelu_new",
    tied: true,
  };
  assertEquals(gptNeoConfig(sizes), { ...sizes, ...rest } as GptNeoConfig);
  const given = {
    d_mlp: 4,
    window: 2,
    attention: ["local", "local"],
    eps: 1e-3,
    activation: "relu",
    tied: false,
  };
  const whole = { ...sizes, ...given } as GptNeoConfig;
  assertEquals(gptNeoConfig(whole), whole);
  const wrong: [Record<string, unknown>, string][] = [
    [{ d_head: 4 }, 'found "d_head": did you mean d_mlp?'],
    [{ n_layer: 2 }, 'found "n_layer": did you mean'],
    [{ n_layers: 1e9 }, "n_layers to be a whole number from 1 to 1000"],
    [{ d_vocab: 0 }, "d_vocab to be a whole number from 1"],
    [{ n_heads: 3 }, "a multiple of n_heads but found 8 and 3"],
    [{ window: 0 }, "window to be a whole number from 1"],
    [{ attention: ["local"] }, "for each of 2 layers but found 1"],
    [{ attention: ["local", "lokal"] }, "attention[1] to be one of"],
    [{ eps: NaN }, "eps to be a finite number above 0"],
    [{ tied: 1 }, "tied to be true or false"],
  ];
  for (const [change, sentence] of wrong) {
    const make = () => gptNeoConfig({ ...sizes, ...change } as GptNeoConfig);
    assertThrows(make, RangeError, sentence);
  }
  assertThrows(() => gptNeoConfig(undefined as never), RangeError, "expected an object");
});

Deno.test("gptNeoShapes() appends lm_head to an untied model and changes nothing else", () => {
  const [one, two] = [CONFIG, UNTIED].map((config) => Object.entries(gptNeoShapes(config)));
  assertEquals(two, [...one, ["lm_head.weight", [11, 8]]]);
});

Deno.test("initialWeights() refuses sizes that are none, and options that it does not know", () => {
  const draw = (config: unknown, options: unknown = {}) => () =>
    initialWeights(config as GptNeoConfig, stream(0, "weights"), options as { std: number });
  assertThrows(draw({ ...CONFIG, n_layers: NaN }), RangeError, "n_layers to be a whole number");
  assertThrows(draw(CONFIG, { sd: 0.3 }), RangeError, 'found "sd": did you mean std?');
  assertThrows(draw(CONFIG, { std: NaN }), RangeError, "std to be a finite number from 0");
});

Deno.test("initialWeights() refuses more weights than a list can hold", () => {
  const sizes = { d_vocab: 2 ** 24, d_model: 2 ** 20, n_layers: 1, n_heads: 4, n_ctx: 8 };
  assertThrows(
    () => initialWeights(gptNeoConfig(sizes), stream(0, "weights")),
    RangeError,
    "Cannot draw initial weights: expected at most 4294967296 of them but found",
  );
});
