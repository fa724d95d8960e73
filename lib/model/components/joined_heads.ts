/**
 * Queries, keys and values as one tensor: one product over neighbouring parameters, one rotation,
 * and attention over parts of the same rows. A third of the products, forward and backward.
 * @module
 */
import { headsJoin, joinedAttention } from "../../tensor/ops/attention.ts";
import { joinedLinear, type Layers, layersJoin } from "../../tensor/ops/linear.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { BlockNames } from "../architecture.ts";
import { atHeads } from "./attention.ts";
import type { Pass } from "./pass.ts";
import { type TurnedBy, turnedHeads } from "./rotary.ts";

/** What the heads of a block compute; `window` 0 is none, `scale` multiplies the scores. */
export type HeadParts = {
  layer: number;
  names: Pick<BlockNames, "W_Q" | "W_K" | "W_V" | "b_Q" | "b_K" | "b_V">;
  n_heads: number;
  /** Heads of keys and values, n_heads by default. */
  n_kv_heads?: number;
  window?: number;
  scale?: number;
  /** How queries and keys turn by position. */
  rotary?: TurnedBy;
};

/** The points that look at queries, keys and values one by one. */
const POINTS = ["q", "k", "v", "rot_q", "rot_k", "attn_scores", "pattern"];

/**
 * Whether block `layer` takes them as one: nobody looks at them, no cache or kept run and no adapter
 * wants them apart, their parameters lie behind one another and their heads where bindings may begin.
 */
export function takesJoined(pass: Pass, options: HeadParts): boolean {
  const { points, adapters, keyValues, rows } = pass;
  const { layer, names: { W_Q, W_K, W_V }, n_heads, n_kv_heads } = options;
  const seen = POINTS.some((point) => points.wants(`blocks.${layer}.attn.hook_${point}`));
  const adapted = [W_Q, W_K, W_V].some((W) => adapters?.has(W));
  if (seen || adapted || keyValues || rows) return false;
  const layers = layersOf(pass, options), d_head = layers.W[0].shape[0] / n_heads;
  return headsJoin({ n_heads, n_kv_heads, d_head }) && layersJoin(layers);
}

/** normalized [batch, pos, d_model], which is given up → what the heads give out, before W_O. */
export function joinedHeads(pass: Pass, normalized: Tensor, options: HeadParts): Tensor {
  const { layer, n_heads, n_kv_heads = n_heads, window, scale, rotary } = options;
  const name = `blocks.${layer}.attn`,
    projected = joinedLinear(normalized, layersOf(pass, options));
  const qkv = rotary === undefined ? projected : turnedHeads(pass, projected, {
    name,
    n_heads: n_heads + 2 * n_kv_heads,
    turned: n_heads + n_kv_heads,
    rotary,
  });
  const z = joinedAttention(qkv, { n_heads, n_kv_heads, window, scale });
  pass.points.drop(normalized, qkv);
  return atHeads(pass.points, z, { name: `${name}.hook_z`, n_heads });
}

function layersOf({ weight }: Pass, { names }: HeadParts): Layers {
  const { W_Q, W_K, W_V, b_Q, b_K, b_V } = names;
  const bias = b_Q !== undefined && b_K !== undefined && b_V !== undefined;
  return {
    W: [W_Q, W_K, W_V].map(weight),
    ...(bias && { bias: [b_Q, b_K, b_V].map(weight) }),
  };
}
