/** Configuration of a GPT-2 language model, and Hugging Face's form of it. @module */
import { exactly, expectForm, flag, list, maybe, oneOf, orNull } from "../../../io/form.ts";
import { escaped } from "../../../io/show.ts";
import type { ModelConfig } from "../../architecture.ts";
import { type ActivationName, ACTIVATIONS } from "../../components/mlp.ts";
import { EPS, LAYERS, SIZE } from "../../size_forms.ts";
import { checkParts } from "../check_parts.ts";
import { type ReadFields, readFields, TIE } from "../fields.ts";

/** Sizes by their TransformerLens names. */
export type Gpt2Config = ModelConfig & {
  d_mlp: number;
  eps: number;
  /** What the MLP applies, gelu_new by default. */
  activation?: ActivationName;
  /** Whether the unembedding is the embedding, as by default; else it is `lm_head.weight`. */
  tied?: boolean;
  /** Whether scores are over √d_head, as by default. */
  use_attn_scale?: boolean;
  /** Whether those of block l are over l + 1 as well; not by default. */
  scale_attn_by_inverse_layer_idx?: boolean;
  /** Whether norms are folded into what reads them: the unembedding has a bias. */
  processed?: boolean;
};

const ACTIVATION = oneOf(Object.keys(ACTIVATIONS) as ActivationName[]);
const GIVEN = { d_vocab: SIZE, d_model: SIZE, n_layers: LAYERS, n_heads: SIZE, n_ctx: SIZE };
const CHOICES = {
  activation: maybe(ACTIVATION),
  tied: maybe(flag),
  use_attn_scale: maybe(flag),
  scale_attn_by_inverse_layer_idx: maybe(flag),
};
const CONFIG = exactly({
  ...GIVEN,
  d_mlp: SIZE,
  eps: EPS,
  ...CHOICES,
  processed: maybe(flag),
});
const OPTIONS = exactly({ ...GIVEN, d_mlp: maybe(SIZE), eps: maybe(EPS), ...CHOICES });

/**
 * A configuration with GPT-2's habits where nothing else is asked for: an MLP four times as wide, a
 * tied unembedding. Throws on unknown names and on sizes that no model has.
 */
export function gpt2Config(options: ModelConfig & Partial<Gpt2Config>): Gpt2Config {
  const action = "make a model configuration";
  const { d_mlp, eps, activation, tied, ...rest } = expectForm(action, options, OPTIONS);
  return checkConfig(action, {
    ...rest,
    d_mlp: d_mlp ?? 4 * rest.d_model,
    eps: eps ?? 1e-5,
    activation: activation ?? "gelu_new",
    tied: tied ?? true,
    use_attn_scale: rest.use_attn_scale ?? true,
    scale_attn_by_inverse_layer_idx: rest.scale_attn_by_inverse_layer_idx ?? false,
  });
}

/** The configuration itself. Throws a RangeError where it is not whole, or its heads do not fit. */
export function checkConfig(
  action: string,
  found: unknown,
  todo = "correct the sizes",
): Gpt2Config {
  return checkParts(action, expectForm(action, found, CONFIG, todo), { tied: true, todo });
}

const FIELDS = {
  model_type: oneOf(["gpt2"]),
  architectures: maybe(orNull(list(oneOf(["GPT2LMHeadModel"])))),
  activation_function: maybe(ACTIVATION),
  vocab_size: maybe(SIZE),
  n_embd: maybe(SIZE),
  n_inner: maybe(orNull(SIZE)),
  n_layer: maybe(LAYERS),
  n_head: maybe(SIZE),
  n_positions: maybe(SIZE),
  layer_norm_epsilon: maybe(EPS),
  scale_attn_weights: maybe(flag),
  scale_attn_by_inverse_layer_idx: maybe(flag),
  reorder_and_upcast_attn: maybe(flag), // float32 where a model runs in less: the same function
  ...TIE,
};

const DEFAULTS = {
  activation_function: "gelu_new",
  vocab_size: 50257,
  n_embd: 768,
  n_layer: 12,
  n_head: 12,
  n_positions: 1024,
  layer_norm_epsilon: 1e-5,
  scale_attn_weights: true,
  scale_attn_by_inverse_layer_idx: false,
  tie_word_embeddings: true,
} as const;

type Read = ReadFields<typeof FIELDS, typeof DEFAULTS>;

/** GPT2Config of transformers 5.24; n_ctx stands beside n_positions in older files. */
const RULES = {
  name: "GPT-2",
  forms: FIELDS,
  defaults: DEFAULTS,
  aliases: {
    hidden_size: "n_embd",
    num_attention_heads: "n_head",
    num_hidden_layers: "n_layer",
    max_position_embeddings: "n_positions",
  },
  foreign: {
    intermediate_size: "n_inner",
    num_heads: "n_head",
    num_layers: "n_layer",
    n_ctx: "n_positions",
    hidden_act: "activation_function",
    layer_norm_eps: "layer_norm_epsilon",
  },
  derived: ({ n_inner, n_embd }: Read) => ({ n_inner: n_inner ?? 4 * n_embd }),
} as const;

/** The fields of Hugging Face's config.json. */
export function toHuggingFace(config: Gpt2Config): Record<string, unknown> {
  return {
    architectures: ["GPT2LMHeadModel"],
    model_type: "gpt2",
    vocab_size: config.d_vocab,
    n_embd: config.d_model,
    n_inner: config.d_mlp,
    n_layer: config.n_layers,
    n_head: config.n_heads,
    n_positions: config.n_ctx,
    activation_function: config.activation ?? "gelu_new",
    layer_norm_epsilon: config.eps,
    scale_attn_weights: config.use_attn_scale ?? true,
    scale_attn_by_inverse_layer_idx: config.scale_attn_by_inverse_layer_idx ?? false,
    tie_word_embeddings: config.tied ?? true,
  };
}

/**
 * Reads Hugging Face's config.json, called `file` in errors; throws on another architecture, and on
 * fields that would make another function.
 */
export function fromHuggingFace(json: unknown, { file = "config.json" } = {}): Gpt2Config {
  const action = `load model configuration ${escaped(file)}`;
  const todo = "only GPT-2 models as transformers defines them can be loaded here";
  const fields = readFields(action, json, RULES, { todo });
  return checkConfig(action, {
    d_vocab: fields.vocab_size,
    d_model: fields.n_embd,
    d_mlp: fields.n_inner!,
    n_layers: fields.n_layer,
    n_heads: fields.n_head,
    n_ctx: fields.n_positions,
    eps: fields.layer_norm_epsilon,
    activation: fields.activation_function,
    tied: fields.tie_word_embeddings,
    use_attn_scale: fields.scale_attn_weights,
    scale_attn_by_inverse_layer_idx: fields.scale_attn_by_inverse_layer_idx,
  }, todo);
}
