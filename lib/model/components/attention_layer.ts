/** The attention of a block, from the norm before it to the stream that it adds to. @module */
import type { Tensor } from "../../tensor/tensor.ts";
import type { BlockNames } from "../architecture.ts";
import { atHeads, heads } from "./attention.ts";
import { norm, type NormOptions } from "./norm.ts";
import { addOutput } from "./output.ts";
import type { Pass } from "./pass.ts";
import { project } from "./project.ts";
import { turned } from "./rotary.ts";
import type { Rotary } from "./rotary_scaling.ts";

/** The parameters, and what the heads compute; `window` 0 is none, `scale` multiplies the scores. */
export type AttentionLayer = {
  layer: number;
  names: Omit<BlockNames, "ln1"> & { ln1: Pick<NormOptions, "w" | "b"> };
  eps: number;
  n_heads: number;
  /** Heads of keys and values, n_heads by default. */
  n_kv_heads?: number;
  window?: number;
  scale?: number;
  /** How queries and keys turn by position, below `n_ctx`. */
  rotary?: Rotary & { n_ctx: number };
};

/**
 * stream + W_O heads(q, k, v) with q, k, v = W LN1(x), each with its bias where it has one: x and
 * stream [batch, pos, d_model], which stay; often they are the same.
 */
export function attentionLayer(
  pass: Pass,
  { x, stream }: { x: Tensor; stream: Tensor },
  { layer, names, eps, n_heads, n_kv_heads = n_heads, window, scale, rotary }: AttentionLayer,
): Tensor {
  const { points } = pass, name = `blocks.${layer}`;
  const normalized = norm(pass, x, { name: `${name}.ln1`, ...names.ln1, eps });
  points.reads(`${name}.ln1.hook_normalized`, "attention");
  const projected = (part: "q" | "k" | "v", W: string, b?: string) =>
    atHeads(points, project(pass, normalized, { W, b }), {
      name: `${name}.attn.hook_${part}`,
      n_heads: part === "q" ? n_heads : n_kv_heads,
    });
  const q = projected("q", names.W_Q, names.b_Q), k = projected("k", names.W_K, names.b_K);
  const v = projected("v", names.W_V, names.b_V);
  points.drop(normalized);
  const turn = (part: "q" | "k", of: Tensor) => {
    if (rotary === undefined) return of;
    const { n_ctx, ...how } = rotary;
    return turned(pass, of, {
      name: `${name}.attn.hook_rot_${part}`,
      n_heads: part === "q" ? n_heads : n_kv_heads,
      rotary: how,
      n_ctx,
    });
  };
  const options = { layer, n_heads, n_kv_heads, window, scale };
  const z = heads(pass, { q: turn("q", q), k: turn("k", k), v }, options);
  const result = addOutput(pass, stream, {
    name: `${name}.hook_attn_out`,
    make: (addend) => project(pass, z, { W: names.W_O, b: names.b_O, addend }),
  });
  points.drop(z);
  return result;
}
