/** Configuration of a GPT-Neo language model, and Hugging Face's form of it. @module */
import { exactly, expectForm, flag, type Form, maybe, number } from "../io/form.ts";
import { type HostArray, sizeOf } from "../io/host_array.ts";
import { escaped } from "../io/show.ts";
import type { Random } from "../numerics/random.ts";
import { type AttentionKind, KINDS } from "./attention_kinds.ts";
import { readFields } from "./hugging_face_fields.ts";
import { EPS, LAYERS, SIZE } from "./size_forms.ts";

/** Sizes by their TransformerLens names. `attention[l]` is the kind of block l; `window` is that of the local ones. */
export type GptNeoConfig = {
  d_vocab: number;
  d_model: number;
  d_mlp: number;
  n_layers: number;
  n_heads: number;
  n_ctx: number;
  window: number;
  attention: AttentionKind[];
  eps: number;
  /** Whether the unembedding is the embedding, as by default; else it is `lm_head.weight`. */
  tied?: boolean;
};

const GIVEN = { d_vocab: SIZE, d_model: SIZE, n_layers: LAYERS, n_heads: SIZE, n_ctx: SIZE };
const CONFIG: Form<GptNeoConfig> = exactly({
  ...GIVEN,
  d_mlp: SIZE,
  window: SIZE,
  attention: KINDS,
  eps: EPS,
  tied: maybe(flag),
});
const OPTIONS = exactly({
  ...GIVEN,
  d_mlp: maybe(SIZE),
  window: maybe(SIZE),
  attention: maybe(KINDS),
  eps: maybe(EPS),
  tied: maybe(flag),
});

const WEIGHT_OPTIONS = exactly({ std: maybe(number({ least: 0 })) });

type Given = "d_vocab" | "d_model" | "n_layers" | "n_heads" | "n_ctx";

/**
 * A configuration with GPT-Neo's habits where nothing else is asked for: alternating attention, a window of 256, an MLP
 * four times as wide, a tied unembedding. Throws on unknown names and on sizes that no model has.
 */
export function gptNeoConfig(
  options: Pick<GptNeoConfig, Given> & Partial<GptNeoConfig>,
): GptNeoConfig {
  const action = "make a model configuration";
  const { d_mlp, window, attention, eps, tied, ...sizes } = expectForm(action, options, OPTIONS);
  return checkConfig(action, {
    ...sizes,
    d_mlp: d_mlp ?? 4 * sizes.d_model,
    window: window ?? 256,
    attention: attention ?? Array.from(
      { length: sizes.n_layers },
      (_, l) => l % 2 === 0 ? "global" as const : "local" as const,
    ),
    eps: eps ?? 1e-5,
    tied: tied ?? true,
  });
}

/** The configuration itself. Throws a RangeError where it is not whole, or where its sizes do not fit one another. */
export function checkConfig(
  action: string,
  found: unknown,
  todo = "correct the sizes",
): GptNeoConfig {
  const config = expectForm(action, found, CONFIG, todo);
  const { d_model, n_heads, n_layers, attention } = config;
  const fail = (expected: string, found: string): never => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (d_model / n_heads % 4 !== 0) {
    fail(
      "d_head = d_model / n_heads to be a multiple of four, as the kernels move four values at once,",
      `${d_model} / ${n_heads}`,
    );
  }
  if (attention.length !== n_layers) {
    fail(`a kind of attention for each of ${n_layers} layers`, `${attention.length}`);
  }
  return config;
}

/** The shape of every tensor, by its Hugging Face name. */
export function gptNeoShapes(config: GptNeoConfig): Record<string, number[]> {
  const { d_vocab, d_model, d_mlp, n_layers, n_ctx, tied = true } = config;
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
  if (!tied) shapes[LM_HEAD] = [d_vocab, d_model];
  return shapes;
}

/** More weights than one list of JavaScript, and one buffer of a GPU, can hold. */
const MOST_WEIGHTS = 2 ** 32;

/** The unembedding of a model whose configuration is not `tied`, and the embedding that serves as both where it is. */
export const LM_HEAD = "lm_head.weight";
export const EMBEDDING = "transformer.wte.weight";

/** Weights ~ N(0, std²), biases 0, layer norms 1, as Hugging Face initialises GPT-Neo (std 0.02 there). */
export function initialWeights(
  config: GptNeoConfig,
  random: Random,
  options: { std?: number } = {},
): Record<string, HostArray> {
  const action = "draw initial weights";
  checkConfig(action, config);
  const { std = 0.02 } = expectForm(action, options, WEIGHT_OPTIONS);
  const count = Object.values(gptNeoShapes(config)).reduce((sum, shape) => sum + sizeOf(shape), 0);
  if (count > MOST_WEIGHTS) {
    throw new RangeError(
      `Cannot ${action}: expected at most ${MOST_WEIGHTS} of them but found ${count}: ` +
        "take smaller sizes",
    );
  }
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
    tie_word_embeddings: config.tied ?? true,
  };
}

/** Reads Hugging Face's config.json, called `file` in errors; throws on another architecture or activation. */
export function fromHuggingFace(json: unknown, { file = "config.json" } = {}): GptNeoConfig {
  const action = `load model configuration ${escaped(file)}`;
  const todo = "only GPT-Neo models as transformers defines them can be loaded here";
  const fields = readFields(action, json, todo);
  return checkConfig(action, {
    d_vocab: fields.vocab_size,
    d_model: fields.hidden_size,
    d_mlp: fields.intermediate_size,
    n_layers: fields.num_layers,
    n_heads: fields.num_heads,
    n_ctx: fields.max_position_embeddings,
    window: fields.window_size,
    attention: fields.attention,
    eps: fields.layer_norm_epsilon,
    tied: fields.tie_word_embeddings,
  }, todo);
}
