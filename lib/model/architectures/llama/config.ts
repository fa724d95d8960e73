/** Configuration of a Llama or Qwen2 language model. @module */
import { anything, exactly, expectForm, flag, maybe, oneOf } from "../../../io/form.ts";
import { show } from "../../../io/show.ts";
import type { ModelConfig } from "../../architecture.ts";
import { GATE_ACTIVATIONS, type GateActivationName } from "../../components/mlp.ts";
import type { Rotary } from "../../components/rotary_scaling.ts";
import { EPS, LAYERS, SIZE } from "../../size_forms.ts";
import { checkRotary } from "../check_rotary.ts";
import { type AttentionKind, KINDS } from "../gpt_neo/attention_kinds.ts";

/** Models of this build, by their model_type. */
export type LlamaKind = "llama" | "qwen2";

/** Sizes by their TransformerLens names. */
export type LlamaConfig = ModelConfig & {
  d_head: number;
  /** Heads of keys and values, a divisor of n_heads. */
  n_kv_heads: number;
  d_mlp: number;
  eps: number;
  /** How queries and keys turn: all of a head's numbers. */
  rotary: Rotary;
  /** What opens the gates of the MLP, silu by default. */
  activation?: GateActivationName;
  /** Whether the unembedding is the embedding; by default it is `lm_head.weight`. */
  tied?: boolean;
  /** Whether the linear layers have biases: queries, keys and values; the output; the MLP. */
  qkv_bias?: boolean;
  o_bias?: boolean;
  mlp_bias?: boolean;
  /** The kind of each block, global by default; local ones have `window`. Qwen2 alone has them. */
  attention?: AttentionKind[];
  window?: number;
};

const GIVEN = { d_vocab: SIZE, d_model: SIZE, n_layers: LAYERS, n_heads: SIZE, n_ctx: SIZE };
const CHOICES = {
  activation: maybe(oneOf(Object.keys(GATE_ACTIVATIONS) as GateActivationName[])),
  tied: maybe(flag),
  qkv_bias: maybe(flag),
  o_bias: maybe(flag),
  mlp_bias: maybe(flag),
  attention: maybe(KINDS),
  window: maybe(SIZE),
};
const CONFIG = exactly({
  ...GIVEN,
  d_head: SIZE,
  n_kv_heads: SIZE,
  d_mlp: SIZE,
  eps: EPS,
  rotary: anything,
  ...CHOICES,
});
const OPTIONS = exactly({
  ...GIVEN,
  d_head: maybe(SIZE),
  n_kv_heads: maybe(SIZE),
  d_mlp: maybe(SIZE),
  eps: maybe(EPS),
  rotary: maybe(anything),
  ...CHOICES,
});

/**
 * A configuration with Llama's habits where nothing else is asked for: heads that share d_model and
 * no keys, an MLP 8/3 as wide, angles with base 10,000, no biases. Throws on unknown names and on
 * sizes that no model has.
 */
export function llamaConfig(options: ModelConfig & Partial<LlamaConfig>): LlamaConfig {
  const action = "make a model configuration";
  const { d_head, n_kv_heads, d_mlp, eps, rotary, ...rest } = expectForm(action, options, OPTIONS);
  const width = d_head ?? rest.d_model / rest.n_heads;
  return checkConfig(action, {
    ...rest,
    d_head: width,
    n_kv_heads: n_kv_heads ?? rest.n_heads,
    d_mlp: d_mlp ?? Math.ceil(8 * rest.d_model / 3),
    eps: eps ?? 1e-6,
    rotary: rotary ?? { dim: width, theta: 10_000 },
  });
}

/**
 * The configuration itself. Throws a RangeError where it is not whole, where heads, their groups or
 * their rotation do not fit, and, of a given `kind`, on biases and windows that it does not have.
 */
export function checkConfig(
  action: string,
  found: unknown,
  { kind, todo = "correct the sizes" }: { kind?: LlamaKind; todo?: string } = {},
): LlamaConfig {
  const config = expectForm(action, found, CONFIG, todo) as LlamaConfig;
  const { n_heads, n_kv_heads, n_layers, d_head, attention, window, rotary } = config;
  const fail = (expected: string, found: string): never => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (n_heads % n_kv_heads !== 0) fail(`n_kv_heads to divide ${n_heads} heads`, `${n_kv_heads}`);
  if (attention && attention.length !== n_layers) {
    fail(`a kind of attention for each of ${n_layers} layers`, `${attention.length}`);
  }
  if (attention?.includes("local") && window === undefined) {
    fail("a window for local attention", "none");
  }
  const { dim } = checkRotary(action, rotary, { d_head, todo });
  if (dim !== d_head) fail(`all ${d_head} numbers of a head to turn`, `${dim}`);
  const { qkv_bias = false, o_bias = false, mlp_bias = false } = config;
  const biases = { qkv_bias, o_bias, mlp_bias };
  if (kind === "qwen2" && (!qkv_bias || o_bias || mlp_bias)) {
    fail("qkv_bias alone in a Qwen2", show(biases));
  }
  if (kind === "llama" && qkv_bias !== o_bias) {
    fail("qkv_bias and o_bias alike in a Llama", show(biases));
  }
  if (kind === "llama" && attention?.includes("local")) {
    fail("global attention alone in a Llama", "local attention");
  }
  return config;
}
