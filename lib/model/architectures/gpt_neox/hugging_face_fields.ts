/**
 * The fields of config.json that decide what a GPT-NeoX computes (GPTNeoXConfig of transformers
 * 5.24), but for those of its rotary positions that every rotary model has.
 * @module
 */
import { flag, list, maybe, number, oneOf, orNull } from "../../../io/form.ts";
import { type ActivationName, ACTIVATIONS } from "../../components/mlp.ts";
import { EPS, LAYERS, SIZE } from "../../size_forms.ts";
import { type ReadFields, readFields, TIE } from "../fields.ts";

const FIELDS = {
  model_type: oneOf(["gpt_neox"]),
  architectures: maybe(orNull(list(oneOf(["GPTNeoXForCausalLM"])))),
  hidden_act: maybe(oneOf(Object.keys(ACTIVATIONS) as ActivationName[])),
  vocab_size: maybe(SIZE),
  hidden_size: maybe(SIZE),
  intermediate_size: maybe(SIZE),
  num_hidden_layers: maybe(LAYERS),
  num_attention_heads: maybe(SIZE),
  head_dim: maybe(orNull(SIZE)),
  max_position_embeddings: maybe(SIZE),
  layer_norm_eps: maybe(EPS),
  use_parallel_residual: maybe(flag),
  attention_bias: maybe(flag),
  rotary_pct: maybe(number({ above: 0, most: 1 })),
  rotary_emb_base: maybe(number({ above: 1 })),
  ...TIE,
};

const DEFAULTS = {
  hidden_act: "gelu",
  vocab_size: 50432,
  hidden_size: 6144,
  intermediate_size: 24576,
  num_hidden_layers: 44,
  num_attention_heads: 64,
  max_position_embeddings: 2048,
  layer_norm_eps: 1e-5,
  use_parallel_residual: true,
  attention_bias: true,
  rotary_pct: 0.25,
  rotary_emb_base: 10_000,
  tie_word_embeddings: false,
} as const;

type Read = ReadFields<typeof FIELDS, typeof DEFAULTS>;

const RULES = {
  name: "GPT-NeoX",
  forms: FIELDS,
  defaults: DEFAULTS,
  foreign: {
    n_embd: "hidden_size",
    n_inner: "intermediate_size",
    n_head: "num_attention_heads",
    num_heads: "num_attention_heads",
    n_layer: "num_hidden_layers",
    num_layers: "num_hidden_layers",
    n_ctx: "max_position_embeddings",
    n_positions: "max_position_embeddings",
    activation_function: "hidden_act",
    layer_norm_epsilon: "layer_norm_eps",
    rope_theta: "rotary_emb_base",
    partial_rotary_factor: "rotary_pct",
  },
} as const;

/**
 * Reads config.json's fields. Throws a RangeError, `Cannot ${action}: ...: ${todo}`, at the first
 * that is not GPT-NeoX's.
 */
export function readNeoxFields(action: string, json: unknown, todo: string): Read {
  const fields = readFields(action, json, RULES, { todo });
  const { head_dim, hidden_size, num_attention_heads } = fields;
  if ((head_dim ?? hidden_size / num_attention_heads) === hidden_size / num_attention_heads) {
    return fields;
  }
  throw new RangeError(
    `Cannot ${action}: expected head_dim to be hidden_size / num_attention_heads, ${hidden_size} / ` +
      `${num_attention_heads}, but found ${head_dim}: ${todo}`,
  );
}
