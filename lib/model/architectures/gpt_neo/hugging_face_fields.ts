/**
 * The fields of Hugging Face's config.json that decide what a GPT-Neo model computes, read as
 * transformers reads them (GPTNeoConfig of 5.24): what is absent has its default. What would change
 * the function and is not computed here is refused; all else, such as dropout, is for training
 * there.
 * @module
 */
import {
  expectForm,
  flag,
  having,
  list,
  maybe,
  oneOf,
  orNull,
  type Values,
  where,
} from "../../../io/form.ts";
import { show } from "../../../io/show.ts";
import { ATTENTION_FIELDS, type AttentionKind, attentionKinds } from "./attention_kinds.ts";
import { type ActivationName, ACTIVATIONS } from "../../components/mlp.ts";
import { EPS, LAYERS, SIZE } from "../../size_forms.ts";

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
  tie_word_embeddings: maybe(flag),
  ...ATTENTION_FIELDS,
};

/**
 * The fields of others that would change the function, each with the only value of it that does
 * not.
 */
const NOT_COMPUTED = {
  scale_attn_weights: false, // GPT-2's: scores over √d_head, which GPT-Neo has not
  scale_attn_by_inverse_layer_idx: false,
  add_cross_attention: false,
  is_encoder_decoder: false,
  pruned_heads: {},
  quantization_config: null,
  auto_map: null, // code that comes with the model
};
const WITHOUT_EFFECT = Object.fromEntries(
  Object.entries(NOT_COMPUTED).map(([name, value]) => [
    name,
    maybe(orNull(where(`${show(value)} or absent`, (x) => show(x) === show(value)))),
  ]),
);

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

/** The fields with their defaults; `attention` has the kind of each block. */
export type HuggingFaceFields =
  & {
    [name in keyof typeof DEFAULTS]: NonNullable<Values<typeof FIELDS>[name]>;
  }
  & { intermediate_size: number; attention: AttentionKind[] };

/**
 * Reads config.json's fields. Throws a RangeError, `Cannot ${action}: ...: ${todo}`, at the first
 * that is not GPT-Neo's.
 */
export function readFields(action: string, json: unknown, todo: string): HuggingFaceFields {
  const found = expectForm(action, json, having({ ...FIELDS, ...WITHOUT_EFFECT }), todo);
  const others = found as Record<string, unknown>;
  const fail = (name: string, other: string, own = others[name]): never => {
    throw new RangeError(
      `Cannot ${action}: expected GPT-Neo's ${name} alone but found ${other} ` +
        `${show(others[other])} beside ${name} ${show(own)}: ${todo}`,
    );
  };
  const aliased: Record<string, unknown> = {};
  for (const [other, name] of Object.entries(ALIASES)) {
    if (others[other] === undefined) continue;
    expectForm(action, others, having({ [other]: FIELDS[name] }), todo);
    if ((others[name] ?? others[other]) !== others[other]) fail(name, other);
    aliased[name] = others[other];
  }
  const given = Object.entries(found).filter(([name, value]) =>
    name in FIELDS && value !== undefined
  );
  const fields = { ...DEFAULTS, ...aliased, ...Object.fromEntries(given) } as
    & HuggingFaceFields
    & Values<typeof ATTENTION_FIELDS>;
  const { hidden_size, num_layers: n_layers } = fields;
  fields.intermediate_size ??= 4 * hidden_size;
  for (const [other, name] of Object.entries(FOREIGN)) {
    if ((others[other] ?? fields[name]) !== fields[name]) fail(name, other, fields[name]);
  }
  return { ...fields, attention: attentionKinds(action, fields, { n_layers, todo }) };
}
