/**
 * Hugging Face's config.json of a Llama or a Qwen2, as transformers reads it (LlamaConfig and
 * Qwen2Config of 5.24).
 * @module
 */
import { escaped } from "../../../io/show.ts";
import { NOT_COMPUTED, readFields } from "../fields.ts";
import type { AttentionKind } from "../gpt_neo/attention_kinds.ts";
import { readRope, ropeParameters } from "../rope_fields.ts";
import { checkConfig, type LlamaConfig, type LlamaKind } from "./config.ts";
import {
  CLASSES,
  DEFAULTS,
  FIELDS,
  FOREIGN,
  LAYER_TYPES,
  type LlamaFields,
  type QwenFields,
} from "./hugging_face_fields.ts";

const WORDS = { llama: "Llama", qwen2: "Qwen2" } as const;

/**
 * Reads Hugging Face's config.json, called `file` in errors; throws on another architecture, and on
 * fields that would make another function.
 */
export function fromHuggingFace(
  kind: LlamaKind,
  json: unknown,
  { file = "config.json" } = {},
): LlamaConfig {
  const action = `load model configuration ${escaped(file)}`;
  const todo = `only ${WORDS[kind]} models as transformers defines them can be loaded here`;
  const rules = { name: WORDS[kind], foreign: FOREIGN };
  if (kind === "qwen2") {
    const notComputed = { ...NOT_COMPUTED, attention_bias: true, mlp_bias: false };
    const own = { ...rules, forms: FIELDS.qwen2, defaults: DEFAULTS.qwen2, notComputed };
    const fields = readFields(action, json, own, { todo });
    const whole = { ...common(action, fields, { json, todo }), ...windows(action, fields, todo) };
    return checkConfig(action, { ...whole, qkv_bias: true }, { kind, todo });
  }
  // A window would be Mistral's; transformers' Llama does not read one.
  const notComputed = { ...NOT_COMPUTED, sliding_window: null };
  const own = { ...rules, forms: FIELDS.llama, defaults: DEFAULTS.llama, notComputed };
  const fields = readFields(action, json, own, { todo });
  return checkConfig(action, {
    ...common(action, fields, { json, todo }),
    qkv_bias: fields.attention_bias,
    o_bias: fields.attention_bias,
    mlp_bias: fields.mlp_bias,
  }, { kind, todo });
}

type CommonFields = Omit<
  LlamaFields,
  "model_type" | "architectures" | "attention_bias" | "mlp_bias"
>;

function common(
  action: string,
  fields: CommonFields,
  { json, todo }: { json: unknown; todo: string },
) {
  const { hidden_size: d_model, num_attention_heads: n_heads, head_dim } = fields;
  if (head_dim === undefined || head_dim === null) {
    if (d_model % n_heads !== 0) {
      throw new RangeError(
        `Cannot ${action}: expected hidden_size to be a multiple of num_attention_heads, as there ` +
          `is no head_dim, but found ${d_model} and ${n_heads}: ${todo}`,
      );
    }
  }
  const d_head = head_dim ?? d_model / n_heads, n_ctx = fields.max_position_embeddings;
  return {
    d_vocab: fields.vocab_size,
    d_model,
    d_head,
    d_mlp: fields.intermediate_size,
    n_layers: fields.num_hidden_layers,
    n_heads,
    n_kv_heads: fields.num_key_value_heads ?? n_heads,
    n_ctx,
    eps: fields.rms_norm_eps,
    rotary: readRope(action, json, { d_head, n_ctx, todo }),
    activation: fields.hidden_act,
    tied: fields.tie_word_embeddings,
  };
}

/** Which blocks of a Qwen2 see a window alone; none unless use_sliding_window says so. */
function windows(
  action: string,
  fields: QwenFields,
  todo: string,
): Pick<LlamaConfig, "attention" | "window"> {
  const { use_sliding_window, max_window_layers, num_hidden_layers, layer_types } = fields;
  const window = use_sliding_window ? fields.sliding_window ?? undefined : undefined;
  if (layer_types && layer_types.length !== num_hidden_layers) {
    throw new RangeError(
      `Cannot ${action}: expected layer_types for ${num_hidden_layers} blocks but found ` +
        `${layer_types.length} of them: ${todo}`,
    );
  }
  const attention = layer_types?.map((type) => LAYER_TYPES[type]) ??
    Array.from(
      { length: num_hidden_layers },
      (_, layer): AttentionKind =>
        window !== undefined && layer >= max_window_layers ? "local" : "global",
    );
  if (!attention.includes("local")) return {};
  return { attention, window };
}

/** The fields of Hugging Face's config.json. */
export function toHuggingFace(kind: LlamaKind, config: LlamaConfig): Record<string, unknown> {
  const { attention, window } = config;
  const local = attention?.includes("local") ?? false;
  return {
    architectures: [CLASSES[kind]],
    model_type: kind,
    vocab_size: config.d_vocab,
    hidden_size: config.d_model,
    intermediate_size: config.d_mlp,
    num_hidden_layers: config.n_layers,
    num_attention_heads: config.n_heads,
    num_key_value_heads: config.n_kv_heads,
    head_dim: config.d_head,
    max_position_embeddings: config.n_ctx,
    hidden_act: config.activation ?? "silu",
    rms_norm_eps: config.eps,
    rope_parameters: ropeParameters(config.rotary),
    tie_word_embeddings: config.tied ?? false,
    ...(kind === "llama" && {
      attention_bias: config.qkv_bias ?? false,
      mlp_bias: config.mlp_bias ?? false,
    }),
    ...(kind === "qwen2" && {
      use_sliding_window: local,
      sliding_window: local ? window : null,
      ...(local && {
        layer_types: attention!.map((kind) =>
          kind === "local" ? "sliding_attention" : "full_attention"
        ),
      }),
    }),
  };
}
