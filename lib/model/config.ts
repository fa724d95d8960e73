/** Configuration of a GPT-Neo language model, and Hugging Face's form of it. @module */
import type { HostArray } from "../io/host_array.ts";
import type { Random } from "../random.ts";

/** Sizes by their TransformerLens names. `attention[l]` is the kind of block l; `window` is that of the local ones. */
export type GptNeoConfig = {
  d_vocab: number;
  d_model: number;
  d_mlp: number;
  n_layers: number;
  n_heads: number;
  n_ctx: number;
  window: number;
  attention: ("global" | "local")[];
  eps: number;
};

/** A configuration with GPT-Neo's habits: alternating attention, an MLP four times as wide. */
export function gptNeoConfig(
  sizes: Pick<GptNeoConfig, "d_vocab" | "d_model" | "n_layers" | "n_heads" | "n_ctx">,
): GptNeoConfig {
  const attention = Array.from(
    { length: sizes.n_layers },
    (_, l) => l % 2 === 0 ? "global" as const : "local" as const,
  );
  return checkConfig({ ...sizes, d_mlp: 4 * sizes.d_model, window: 256, attention, eps: 1e-5 });
}

/** The shape of every tensor, by its Hugging Face name. */
export function gptNeoShapes(config: GptNeoConfig): Record<string, number[]> {
  const { d_vocab, d_model, d_mlp, n_layers, n_ctx } = config;
  const shapes: Record<string, number[]> = {
    "transformer.wte.weight": [d_vocab, d_model],
    "transformer.wpe.weight": [n_ctx, d_model],
  };
  for (let l = 0; l < n_layers; l++) {
    const block = `transformer.h.${l}`;
    for (const name of ["ln_1.weight", "ln_1.bias"]) shapes[`${block}.${name}`] = [d_model];
    for (const name of ["q_proj", "k_proj", "v_proj", "out_proj"]) {
      shapes[`${block}.attn.attention.${name}.weight`] = [d_model, d_model];
    }
    shapes[`${block}.attn.attention.out_proj.bias`] = [d_model];
    for (const name of ["ln_2.weight", "ln_2.bias"]) shapes[`${block}.${name}`] = [d_model];
    shapes[`${block}.mlp.c_fc.weight`] = [d_mlp, d_model];
    shapes[`${block}.mlp.c_fc.bias`] = [d_mlp];
    shapes[`${block}.mlp.c_proj.weight`] = [d_model, d_mlp];
    shapes[`${block}.mlp.c_proj.bias`] = [d_model];
  }
  shapes["transformer.ln_f.weight"] = [d_model];
  shapes["transformer.ln_f.bias"] = [d_model];
  return shapes;
}

/** Weights ~ N(0, std²), biases 0, layer norms 1, as Hugging Face initialises GPT-Neo (std 0.02 there). */
export function initialWeights(
  config: GptNeoConfig,
  random: Random,
  { std = 0.02 } = {},
): Record<string, HostArray> {
  return Object.fromEntries(
    Object.entries(gptNeoShapes(config)).map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      if (name.endsWith(".bias")) return [name, { shape, data: new Float32Array(size) }];
      if (/\.ln_\w\.weight$/.test(name)) {
        return [name, { shape, data: new Float32Array(size).fill(1) }];
      }
      return [name, { shape, data: random.normals(size, std) }];
    }),
  );
}

/** The fields of Hugging Face's config.json. */
export function toHuggingFace(config: GptNeoConfig): Record<string, unknown> {
  return {
    architectures: ["GPTNeoForCausalLM"],
    model_type: "gpt_neo",
    vocab_size: config.d_vocab,
    hidden_size: config.d_model,
    intermediate_size: config.d_mlp,
    num_layers: config.n_layers,
    num_heads: config.n_heads,
    max_position_embeddings: config.n_ctx,
    window_size: config.window,
    attention_types: config.attention.map((kind) => [[kind], 1]),
    activation_function: "gelu_new",
    layer_norm_epsilon: config.eps,
    tie_word_embeddings: true,
  };
}

/** Reads Hugging Face's config.json; throws on another architecture or activation. */
// deno-lint-ignore no-explicit-any
export function fromHuggingFace(json: any): GptNeoConfig {
  if (json.model_type !== "gpt_neo" || json.activation_function !== "gelu_new") {
    throw new TypeError(
      `Cannot load model: expected model_type gpt_neo with gelu_new but found ${json.model_type} ` +
        `with ${json.activation_function}: only GPT-Neo models can be loaded here`,
    );
  }
  const types = json.attention_types as [("global" | "local")[], number][];
  const attention = types.flatMap(([kinds, times]) =>
    Array.from({ length: times }, () => kinds).flat()
  );
  return checkConfig({
    d_vocab: json.vocab_size,
    d_model: json.hidden_size,
    d_mlp: json.intermediate_size ?? 4 * json.hidden_size,
    n_layers: json.num_layers,
    n_heads: json.num_heads,
    n_ctx: json.max_position_embeddings,
    window: json.window_size,
    attention,
    eps: json.layer_norm_epsilon,
  });
}

function checkConfig(config: GptNeoConfig): GptNeoConfig {
  const { d_model, n_heads, n_layers, attention } = config;
  const counts = [config.d_vocab, d_model, config.d_mlp, n_layers, n_heads, config.n_ctx];
  const broken = counts.some((n) => !Number.isInteger(n) || n < 1);
  if (broken || (d_model / n_heads) % 4 !== 0 || attention.length !== n_layers) {
    throw new RangeError(
      `Cannot use model configuration: expected whole sizes, d_model / n_heads a multiple of four and ` +
        `a kind of attention for each of ${n_layers} layers but found ${JSON.stringify(config)}: ` +
        "correct the sizes",
    );
  }
  return config;
}
