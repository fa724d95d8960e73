/** Configuration of a GPT-Neo language model, and Hugging Face's form of it. @module */
import { exactly, expectForm, flag, type Form, maybe, oneOf } from "../../../io/form.ts";
import { escaped } from "../../../io/show.ts";
import { type AttentionKind, KINDS } from "./attention_kinds.ts";
import { type ActivationName, ACTIVATIONS } from "../../components/mlp.ts";
import { readFields } from "./hugging_face_fields.ts";
import { EPS, LAYERS, SIZE } from "../../size_forms.ts";

/**
 * Sizes by their TransformerLens names. `attention[l]` is the kind of block l; `window` is that of
 * the local ones.
 */
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
  /** What the MLP applies, gelu_new by default. */
  activation?: ActivationName;
  /** Whether the unembedding is the embedding, as by default; else it is `lm_head.weight`. */
  tied?: boolean;
  /** Whether norms are folded into what reads them: q, k, v and the unembedding have biases. */
  processed?: boolean;
};

const ACTIVATION = oneOf(Object.keys(ACTIVATIONS) as ActivationName[]);
const GIVEN = { d_vocab: SIZE, d_model: SIZE, n_layers: LAYERS, n_heads: SIZE, n_ctx: SIZE };
const CONFIG: Form<GptNeoConfig> = exactly({
  ...GIVEN,
  d_mlp: SIZE,
  window: SIZE,
  attention: KINDS,
  eps: EPS,
  activation: maybe(ACTIVATION),
  tied: maybe(flag),
  processed: maybe(flag),
});
const OPTIONS = exactly({
  ...GIVEN,
  d_mlp: maybe(SIZE),
  window: maybe(SIZE),
  attention: maybe(KINDS),
  eps: maybe(EPS),
  activation: maybe(ACTIVATION),
  tied: maybe(flag),
});

/** What a config has to give; the rest has defaults. */
export type Given = "d_vocab" | "d_model" | "n_layers" | "n_heads" | "n_ctx";

/**
 * A configuration with GPT-Neo's habits where nothing else is asked for: alternating attention, a
 * window of 256, an MLP four times as wide, a tied unembedding. Throws on unknown names and on
 * sizes that no model has.
 */
export function gptNeoConfig(
  options: Pick<GptNeoConfig, Given> & Partial<GptNeoConfig>,
): GptNeoConfig {
  const action = "make a model configuration";
  const { d_mlp, window, attention, eps, activation, tied, ...sizes } = expectForm(
    action,
    options,
    OPTIONS,
  );
  return checkConfig(action, {
    ...sizes,
    d_mlp: d_mlp ?? 4 * sizes.d_model,
    window: window ?? 256,
    attention: attention ?? Array.from(
      { length: sizes.n_layers },
      (_, l) => l % 2 === 0 ? "global" as const : "local" as const,
    ),
    eps: eps ?? 1e-5,
    activation: activation ?? "gelu_new",
    tied: tied ?? true,
  });
}

/**
 * The configuration itself. Throws a RangeError where it is not whole, or where its sizes do not
 * fit one another.
 */
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
  if (d_model % n_heads !== 0) {
    fail("d_model to be a multiple of n_heads", `${d_model} and ${n_heads}`);
  }
  if (config.processed && config.tied !== false) {
    fail("an unembedding of its own in a processed model", "one tied to the embedding");
  }
  if (attention.length !== n_layers) {
    fail(`a kind of attention for each of ${n_layers} layers`, `${attention.length}`);
  }
  return config;
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
    activation_function: config.activation ?? "gelu_new",
    layer_norm_epsilon: config.eps,
    tie_word_embeddings: config.tied ?? true,
  };
}

/**
 * Reads Hugging Face's config.json, called `file` in errors; throws on another architecture or
 * activation.
 */
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
    activation: fields.activation_function,
    tied: fields.tie_word_embeddings,
  }, todo);
}
