/** Configuration of a GPT-NeoX language model, and Hugging Face's form of it. @module */
import { anything, exactly, expectForm, flag, maybe, oneOf } from "../../../io/form.ts";
import { escaped } from "../../../io/show.ts";
import type { ModelConfig } from "../../architecture.ts";
import { type ActivationName, ACTIVATIONS } from "../../components/mlp.ts";
import type { Rotary } from "../../components/rotary_scaling.ts";
import { EPS, LAYERS, SIZE } from "../../size_forms.ts";
import { checkParts } from "../check_parts.ts";
import { checkRotary } from "../check_rotary.ts";
import { readRope, ropeParameters } from "../rope_fields.ts";
import { readNeoxFields } from "./hugging_face_fields.ts";

/** Sizes by their TransformerLens names. */
export type GptNeoxConfig = ModelConfig & {
  d_mlp: number;
  eps: number;
  /** How queries and keys turn: Pythia's by the first quarter of each head. */
  rotary: Rotary;
  /** What the MLP applies, gelu by default. */
  activation?: ActivationName;
  /** Whether the unembedding is the embedding; by default it is `embed_out.weight`. */
  tied?: boolean;
  /** Whether the MLP reads what the attention reads, as by default, instead of what it gives. */
  parallel_attn_mlp?: boolean;
  /** Whether the linear layers of the attention have biases, as by default. */
  attention_bias?: boolean;
  /** Whether norms are folded into what reads them: q, k, v and the unembedding have biases. */
  processed?: boolean;
};

const GIVEN = { d_vocab: SIZE, d_model: SIZE, n_layers: LAYERS, n_heads: SIZE, n_ctx: SIZE };
const CHOICES = {
  activation: maybe(oneOf(Object.keys(ACTIVATIONS) as ActivationName[])),
  tied: maybe(flag),
  parallel_attn_mlp: maybe(flag),
  attention_bias: maybe(flag),
};
const CONFIG = exactly({
  ...GIVEN,
  d_mlp: SIZE,
  eps: EPS,
  rotary: anything,
  ...CHOICES,
  processed: maybe(flag),
});
const OPTIONS = exactly({
  ...GIVEN,
  d_mlp: maybe(SIZE),
  eps: maybe(EPS),
  rotary: maybe(anything),
  ...CHOICES,
});

/**
 * A configuration with Pythia's habits where nothing else is asked for: an MLP four times as wide, a
 * quarter of each head that turns. Throws on unknown names and on sizes that no model has.
 */
export function gptNeoxConfig(options: ModelConfig & Partial<GptNeoxConfig>): GptNeoxConfig {
  const action = "make a model configuration";
  const { d_mlp, eps, rotary, ...rest } = expectForm(action, options, OPTIONS);
  const d_head = rest.d_model / rest.n_heads;
  return checkConfig(action, {
    ...rest,
    d_mlp: d_mlp ?? 4 * rest.d_model,
    eps: eps ?? 1e-5,
    rotary: rotary ?? { dim: Math.floor(d_head / 4), theta: 10_000 },
    activation: rest.activation ?? "gelu",
    tied: rest.tied ?? false,
    parallel_attn_mlp: rest.parallel_attn_mlp ?? true,
    attention_bias: rest.attention_bias ?? true,
  });
}

/**
 * The configuration itself. Throws a RangeError where it is not whole, or its heads or their
 * rotation do not fit.
 */
export function checkConfig(
  action: string,
  found: unknown,
  todo = "correct the sizes",
): GptNeoxConfig {
  const whole = expectForm(action, found, CONFIG, todo) as GptNeoxConfig;
  const config = checkParts(action, whole, { tied: false, todo });
  checkRotary(action, config.rotary, { d_head: config.d_model / config.n_heads, todo });
  return config;
}

/** The fields of Hugging Face's config.json. */
export function toHuggingFace(config: GptNeoxConfig): Record<string, unknown> {
  const { rotary, d_model, n_heads } = config;
  return {
    architectures: ["GPTNeoXForCausalLM"],
    model_type: "gpt_neox",
    vocab_size: config.d_vocab,
    hidden_size: d_model,
    intermediate_size: config.d_mlp,
    num_hidden_layers: config.n_layers,
    num_attention_heads: n_heads,
    max_position_embeddings: config.n_ctx,
    hidden_act: config.activation ?? "gelu",
    layer_norm_eps: config.eps,
    use_parallel_residual: config.parallel_attn_mlp ?? true,
    attention_bias: config.attention_bias ?? true,
    rope_parameters: {
      ...ropeParameters(rotary),
      partial_rotary_factor: shareOf(rotary.dim, d_model / n_heads),
    },
    tie_word_embeddings: config.tied ?? false,
  };
}

/**
 * Reads Hugging Face's config.json, called `file` in errors; throws on another architecture, and on
 * fields that would make another function.
 */
export function fromHuggingFace(json: unknown, { file = "config.json" } = {}): GptNeoxConfig {
  const action = `load model configuration ${escaped(file)}`;
  const todo = "only GPT-NeoX models as transformers defines them can be loaded here";
  const fields = readNeoxFields(action, json, todo);
  const { hidden_size: d_model, num_attention_heads: n_heads } = fields;
  return checkConfig(action, {
    d_vocab: fields.vocab_size,
    d_model,
    d_mlp: fields.intermediate_size,
    n_layers: fields.num_hidden_layers,
    n_heads,
    n_ctx: fields.max_position_embeddings,
    eps: fields.layer_norm_eps,
    rotary: readRope(action, json, {
      d_head: d_model / n_heads,
      n_ctx: fields.max_position_embeddings,
      pct: fields.rotary_pct,
      theta: fields.rotary_emb_base,
      todo,
    }),
    activation: fields.hidden_act,
    tied: fields.tie_word_embeddings,
    parallel_attn_mlp: fields.use_parallel_residual,
    attention_bias: fields.attention_bias,
  }, todo);
}

/** The share of a head whose whole numbers are `dim`, also where the quotient is rounded down. */
function shareOf(dim: number, d_head: number): number {
  return Math.floor(d_head * (dim / d_head)) === dim ? dim / d_head : (dim + 0.5) / d_head;
}
