/**
 * Causal attention with its points: queries, keys, values, scores, pattern, what the heads give
 * out.
 * @module
 */
import { attention } from "../../tensor/ops/attention.ts";
import { attentionPattern } from "../../tensor/ops/attention_pattern.ts";
import { rowAttention } from "../../tensor/ops/row_attention.ts";
import { reshape } from "../../tensor/ops/reshape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { HookPoints } from "../hook_points.ts";
import { extendCache } from "../kv_cache.ts";
import type { Pass } from "./pass.ts";

/** `window` 0 is none; `scale` multiplies the scores. */
export type HeadOptions = { n_heads: number; window?: number; scale?: number };

/** What a block projects its normalised stream onto, heads side by side [batch, pos, width]. */
type Projected = { q: Tensor; k: Tensor; v: Tensor };

/**
 * What the heads of block `layer` give out [batch, pos, n_heads · d_head], before W_O; q, k and v
 * are given up here. With a cache in the pass, earlier tokens are attended to as well; rows of a
 * kept run attend to that.
 */
export function heads(
  pass: Pass,
  { q, k, v }: Projected,
  { layer, n_heads, window = 0, scale = 1 }: HeadOptions & { layer: number },
): Tensor {
  const { points } = pass;
  const name = `blocks.${layer}.attn`, options = { n_heads, window, scale };
  if (!pass.rows) showPattern(pass, { q, k }, { name, ...options });
  const z = attended(pass, { q, k, v }, { layer, ...options });
  const result = atHeads(points, z, { name: `${name}.hook_z`, n_heads });
  points.drop(q, k, v);
  return result;
}

function attended(
  { rows, keyValues }: Pass,
  { q, k, v }: Projected,
  { layer, ...options }: Required<HeadOptions> & { layer: number },
): Tensor {
  if (rows) {
    const { run, sequences, positions, groups } = rows;
    return rowAttention(
      { q, k, v },
      { k: run.k[layer], v: run.v[layer], sequences, positions, groups },
      options,
    );
  }
  const positions = keyValues?.positions;
  const cached = keyValues && extendCache(keyValues, layer, { k, v });
  return attention(q, cached?.k ?? k, cached?.v ?? v, { ...options, positions });
}

function showPattern(
  { points }: Pass,
  { q, k }: Pick<Projected, "q" | "k">,
  { name, ...options }: HeadOptions & { name: string },
): void {
  const shown = [`${name}.hook_attn_scores`, `${name}.hook_pattern`];
  if (!shown.some((point) => points.wants(point))) return;
  const { scores, pattern } = attentionPattern(q, k, options);
  points.look(shown[0], scores, "keys");
  points.look(shown[1], pattern, "keys");
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
