/**
 * The fields of config.json that decide what a GPT-Neo computes (GPTNeoConfig of transformers 5.24).
 * @module
 */
import { list, maybe, oneOf, orNull } from "../../../io/form.ts";
import { type ActivationName, ACTIVATIONS } from "../../components/mlp.ts";
import { EPS, LAYERS, SIZE } from "../../size_forms.ts";
import { NOT_COMPUTED, type ReadFields, readFields as read, TIE } from "../fields.ts";
import { ATTENTION_FIELDS, type AttentionKind, attentionKinds } from "./attention_kinds.ts";

const FIELDS = {
  model_type: oneOf(["gpt_neo"]),
  architectures: maybe(orNull(list(oneOf(["GPTNeoForCausalLM"])))),
  activation_function: maybe(oneOf(Object.keys(ACTIVATIONS) as ActivationName[])),
  vocab_size: maybe(SIZE),
  hidden_size: maybe(SIZE),
  intermediate_size: maybe(orNull(SIZE)),
  num_layers: maybe(LAYERS),
  num_heads: maybe(SIZE),
  max_position_embeddings: maybe(SIZE),
  window_size: maybe(SIZE),
  layer_norm_epsilon: maybe(EPS),
  ...TIE,
  ...ATTENTION_FIELDS,
};

const DEFAULTS = {
  activation_function: "gelu_new",
  vocab_size: 50257,
  hidden_size: 2048,
  num_layers: 24,
  num_heads: 16,
  max_position_embeddings: 2048,
  window_size: 256,
  layer_norm_epsilon: 1e-5,
  tie_word_embeddings: true,
} as const;

/** Names that transformers takes for GPT-Neo's own. */
const ALIASES = { num_attention_heads: "num_heads", num_hidden_layers: "num_layers" } as const;

/** Names of other architectures, which transformers would pass over here. */
const FOREIGN = {
  n_head: "num_heads",
  n_layer: "num_layers",
  n_embd: "hidden_size",
  n_inner: "intermediate_size",
  n_positions: "max_position_embeddings",
  n_ctx: "max_position_embeddings",
  hidden_act: "activation_function",
  layer_norm_eps: "layer_norm_epsilon",
} as const;

const RULES = {
  name: "GPT-Neo",
  forms: FIELDS,
  defaults: DEFAULTS,
  aliases: ALIASES,
  foreign: FOREIGN,
  derived: ({ intermediate_size, hidden_size }: ReadFields<typeof FIELDS, typeof DEFAULTS>) => ({
    intermediate_size: intermediate_size ?? 4 * hidden_size,
  }),
  notComputed: {
    ...NOT_COMPUTED,
    scale_attn_weights: false, // GPT-2's: scores over √d_head, which GPT-Neo has not
    scale_attn_by_inverse_layer_idx: false,
  },
};

/** The fields with their defaults; `attention` has the kind of each block. */
export type HuggingFaceFields = ReadFields<typeof FIELDS, typeof DEFAULTS> & {
  intermediate_size: number;
  attention: AttentionKind[];
};

/**
 * Reads config.json's fields. Throws a RangeError, `Cannot ${action}: ...: ${todo}`, at the first
 * that is not GPT-Neo's.
 */
export function readFields(action: string, json: unknown, todo: string): HuggingFaceFields {
  const fields = read(action, json, RULES, { todo });
  const attention = attentionKinds(action, fields, { n_layers: fields.num_layers, todo });
  return { ...fields, intermediate_size: fields.intermediate_size!, attention };
}
