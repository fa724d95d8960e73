/**
 * The forward pass of Hugging Face's GPTNeoForCausalLM in float64, out of the other references, with
 * every activation under its TransformerLens name (an unprocessed model, version 3).
 *
 * @module
 */
import { attention } from "./attention.ts";
import { embedding } from "./embedding.ts";
import { gelu } from "./gelu.ts";
import { linear } from "./linear.ts";
import { normalize } from "./layer_norm.ts";

/** What the forward pass needs of Hugging Face's GPTNeoConfig. */
export type GptNeoShape = {
  n_heads: number;
  /** One entry per layer: the attention window, 0 for global. */
  windows: number[];
  eps?: number;
};
type Cache = Record<string, Float64Array>;

/**
 * Weights by Hugging Face name (`transformer.wte.weight` ...), tokens [batch, pos] → logits
 * [batch, pos, d_vocab] and the activations by hook name, such as `blocks.0.hook_resid_pre`.
 */
export function gptNeo(
  weights: Record<string, ArrayLike<number>>,
  tokens: { ids: ArrayLike<number>; pos: number },
  { n_heads, windows, eps = 1e-5 }: GptNeoShape,
) {
  const cache: Cache = {};
  const d_model = weights["transformer.ln_f.weight"].length;
  const shape: Shape = [tokens.ids.length / tokens.pos, tokens.pos, n_heads, d_model / n_heads];

  const norm = (x: Float64Array, name: string, hook: string) => {
    const { normalized, scale } = normalize(x, { d: d_model, eps });
    cache[`${hook}.hook_scale`] = scale;
    cache[`${hook}.hook_normalized`] = normalized;
    const [gamma, beta] = [weights[`${name}.weight`], weights[`${name}.bias`]];
    return normalized.map((value, i) => gamma[i % d_model] * value + beta[i % d_model]);
  };
  const project = (x: Float64Array, name: string) => {
    const W = weights[`${name}.weight`];
    return linear(x, W, {
      d_out: W.length * shape[0] * shape[1] / x.length,
      b: weights[`${name}.bias`],
    });
  };
  const add = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + y[i]);

  const [W_E, W_pos] = [weights["transformer.wte.weight"], weights["transformer.wpe.weight"]];
  let resid = embedding(W_E, W_pos, { ...tokens, d_model });
  for (const [layer, window] of windows.entries()) {
    const [hf, hook] = [`transformer.h.${layer}`, `blocks.${layer}`];
    cache[`${hook}.hook_resid_pre`] = resid;
    const attn_in = norm(resid, `${hf}.ln_1`, `${hook}.ln1`);
    const [q, k, v] = ["q", "k", "v"].map((name) => {
      return cache[`${hook}.attn.hook_${name}`] = project(
        attn_in,
        `${hf}.attn.attention.${name}_proj`,
      );
    });
    const { z, pattern, scores } = attention({ q, k, v }, { shape, window });
    cache[`${hook}.attn.hook_attn_scores`] = scores;
    cache[`${hook}.attn.hook_pattern`] = pattern;
    cache[`${hook}.attn.hook_z`] = z;
    cache[`${hook}.hook_attn_out`] = project(z, `${hf}.attn.attention.out_proj`);
    resid = cache[`${hook}.hook_resid_mid`] = add(resid, cache[`${hook}.hook_attn_out`]);

    const mlp_in = norm(resid, `${hf}.ln_2`, `${hook}.ln2`);
    const pre = cache[`${hook}.mlp.hook_pre`] = project(mlp_in, `${hf}.mlp.c_fc`);
    const post = cache[`${hook}.mlp.hook_post`] = gelu(pre);
    cache[`${hook}.hook_mlp_out`] = project(post, `${hf}.mlp.c_proj`);
    resid = cache[`${hook}.hook_resid_post`] = add(resid, cache[`${hook}.hook_mlp_out`]);
  }
  const final = norm(resid, "transformer.ln_f", "ln_final");
  const W_U = weights["lm_head.weight"] ?? W_E; // tied where it has none
  return { logits: linear(final, W_U, { d_out: W_U.length / d_model }), cache };
}

type Shape = [batch: number, pos: number, n_heads: number, d_head: number];
