/**
 * Causal attention with its points: queries, keys, values, scores, pattern, what the heads give
 * out.
 * @module
 */
import { attention } from "../../tensor/ops/attention.ts";
import { attentionPattern } from "../../tensor/ops/attention_pattern.ts";
import { reshape } from "../../tensor/ops/reshape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { HookPoints } from "../hook_points.ts";
import { extendCache } from "../kv_cache.ts";
import type { Pass } from "./pass.ts";

/** `window` 0 is none; `scale` multiplies the scores. */
export type HeadOptions = { n_heads: number; window?: number; scale?: number };

/**
 * What the heads of block `layer` give out [batch, pos, n_heads · d_head], before W_O. q, k, v:
 * heads side by side, given up here. With a cache in the pass, earlier tokens are attended to as
 * well.
 */
export function heads(
  { points, keyValues }: Pass,
  { q, k, v }: { q: Tensor; k: Tensor; v: Tensor },
  { layer, n_heads, window = 0, scale = 1 }: HeadOptions & { layer: number },
): Tensor {
  const name = `blocks.${layer}.attn`, options = { n_heads, window, scale };
  const shown = [`${name}.hook_attn_scores`, `${name}.hook_pattern`];
  if (shown.some((point) => points.wants(point))) {
    const { scores, pattern } = attentionPattern(q, k, options);
    points.look(shown[0], scores, "keys");
    points.look(shown[1], pattern, "keys");
  }
  const positions = keyValues?.positions;
  const cached = keyValues && extendCache(keyValues, layer, { k, v });
  const z = attention(q, cached?.k ?? k, cached?.v ?? v, { ...options, positions });
  const result = atHeads(points, z, { name: `${name}.hook_z`, n_heads });
  points.drop(q, k, v);
  return result;
}

/** A point whose tensor TransformerLens keeps as [batch, pos, n_heads, d_head]. */
export function atHeads(
  points: HookPoints,
  tensor: Tensor,
  { name, n_heads }: { name: string; n_heads: number },
): Tensor {
  if (!points.wants(name)) return tensor;
  const [batch, pos, width] = tensor.shape;
  const split = reshape(tensor, [batch, pos, n_heads, width / n_heads]);
  const passed = points.at(name, split);
  const joined = reshape(passed, tensor.shape);
  points.drop(tensor, passed);
  return joined;
}
