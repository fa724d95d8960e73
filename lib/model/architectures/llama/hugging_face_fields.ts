/**
 * The fields of config.json that decide what a Llama or a Qwen2 computes (LlamaConfig and Qwen2Config
 * of transformers 5.24), but for those of its rotary positions that every rotary model has.
 * @module
 */
import { flag, list, maybe, oneOf, orNull, whole } from "../../../io/form.ts";
import { GATE_ACTIVATIONS, type GateActivationName } from "../../components/mlp.ts";
import { EPS, LAYERS, SIZE } from "../../size_forms.ts";
import { type ReadFields, TIE } from "../fields.ts";

/** The classes of transformers, by model_type. */
export const CLASSES = { llama: "LlamaForCausalLM", qwen2: "Qwen2ForCausalLM" } as const;

const COMMON = {
  hidden_act: maybe(oneOf(Object.keys(GATE_ACTIVATIONS) as GateActivationName[])),
  vocab_size: maybe(SIZE),
  hidden_size: maybe(SIZE),
  intermediate_size: maybe(SIZE),
  num_hidden_layers: maybe(LAYERS),
  num_attention_heads: maybe(SIZE),
  num_key_value_heads: maybe(orNull(SIZE)),
  head_dim: maybe(orNull(SIZE)),
  max_position_embeddings: maybe(SIZE),
  rms_norm_eps: maybe(EPS),
  ...TIE,
};

/** transformers' words for the kinds of attention. */
export const LAYER_TYPES = { full_attention: "global", sliding_attention: "local" } as const;
/** The forms of the fields. */
export const FIELDS = {
  llama: {
    model_type: oneOf(["llama"]),
    architectures: maybe(orNull(list(oneOf([CLASSES.llama])))),
    attention_bias: maybe(flag),
    mlp_bias: maybe(flag),
    ...COMMON,
  },
  qwen2: {
    model_type: oneOf(["qwen2"]),
    architectures: maybe(orNull(list(oneOf([CLASSES.qwen2])))),
    use_sliding_window: maybe(flag),
    sliding_window: maybe(orNull(SIZE)),
    max_window_layers: maybe(whole(0)),
    layer_types: maybe(orNull(list(oneOf(Object.keys(LAYER_TYPES) as LayerType[])))),
    ...COMMON,
  },
};
type LayerType = keyof typeof LAYER_TYPES;

const SAME = {
  hidden_act: "silu",
  hidden_size: 4096,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: false,
} as const;
/** Values of absent fields. */
export const DEFAULTS = {
  llama: {
    ...SAME,
    vocab_size: 32000,
    intermediate_size: 11008,
    max_position_embeddings: 2048,
    attention_bias: false,
    mlp_bias: false,
  },
  qwen2: {
    ...SAME,
    vocab_size: 151936,
    intermediate_size: 22016,
    num_key_value_heads: 32,
    max_position_embeddings: 32768,
    use_sliding_window: false,
    sliding_window: 4096,
    max_window_layers: 28,
  },
} as const;

/** Names of other architectures, which transformers would pass over here. */
export const FOREIGN = {
  n_embd: "hidden_size",
  n_inner: "intermediate_size",
  n_head: "num_attention_heads",
  num_heads: "num_attention_heads",
  n_layer: "num_hidden_layers",
  num_layers: "num_hidden_layers",
  n_ctx: "max_position_embeddings",
  n_positions: "max_position_embeddings",
  activation_function: "hidden_act",
  layer_norm_eps: "rms_norm_eps",
  layer_norm_epsilon: "rms_norm_eps",
} as const;

/** What is read of a Llama. */
export type LlamaFields = ReadFields<typeof FIELDS["llama"], typeof DEFAULTS["llama"]>;
/** What is read of a Qwen2. */
export type QwenFields = ReadFields<typeof FIELDS["qwen2"], typeof DEFAULTS["qwen2"]>;
