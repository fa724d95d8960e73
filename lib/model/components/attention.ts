/**
 * Causal attention with its points: queries, keys, values, scores, pattern, what the heads give
 * out.
 * @module
 */
import { attention } from "../../tensor/ops/attention.ts";
import { attentionPattern } from "../../tensor/ops/attention_pattern.ts";
import type { HeadOptions } from "../../tensor/ops/heads.ts";
import { rowAttention } from "../../tensor/ops/row_attention.ts";
import { reshape } from "../../tensor/ops/reshape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { HookPoints } from "../hook_points.ts";
import { extendCache } from "../kv_cache.ts";
import type { Pass } from "./pass.ts";

/**
 * What a block projects its normalised stream onto, heads side by side: q [batch, pos, n_heads ·
 * d_head], k and v [batch, pos, n_kv_heads · d_head].
 */
type Projected = { q: Tensor; k: Tensor; v: Tensor };

/**
 * What the heads of block `layer` give out [batch, pos, n_heads · d_head], before W_O; q, k and v
 * are given up here. With a cache in the pass, earlier tokens are attended to as well; rows of a
 * kept run attend to that.
 */
export function heads(
  pass: Pass,
  { q, k, v }: Projected,
  { layer, n_heads, n_kv_heads = n_heads, window = 0, scale = 1 }: HeadOptions & { layer: number },
): Tensor {
  const { points } = pass, shape = q.shape;
  const name = `blocks.${layer}.attn`, options = { n_heads, n_kv_heads, window, scale };
  const qkv = {
    q: apart(points, q, n_heads),
    k: apart(points, k, n_kv_heads),
    v: apart(points, v, n_kv_heads),
  };
  if (!pass.rows) showPattern(pass, qkv, { name, ...options });
  const z = beside(points, attended(pass, qkv, { layer, ...options }), shape);
  const result = atHeads(points, z, { name: `${name}.hook_z`, n_heads });
  points.drop(qkv.q, qkv.k, qkv.v);
  return result;
}

/** Heads of a width that is no multiple of four, each in a row of its own; gives x up. */
function apart(points: HookPoints, x: Tensor, n_heads: number): Tensor {
  const [batch, pos, width] = x.shape, d_head = width / n_heads;
  if (d_head % 4 === 0) return x;
  const split = reshape(x, [batch, pos, n_heads, d_head]);
  points.drop(x);
  return split;
}

/** Heads side by side again; gives z up. */
function beside(points: HookPoints, z: Tensor, shape: readonly number[]): Tensor {
  if (z.shape.length === shape.length) return z;
  const joined = reshape(z, shape);
  points.drop(z);
  return joined;
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
