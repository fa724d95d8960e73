/** The attention of a block, from the norm before it to the stream that it adds to. @module */
import type { Tensor } from "../../tensor/tensor.ts";
import type { BlockNames } from "../architecture.ts";
import { atHeads, heads } from "./attention.ts";
import { type HeadParts, joinedHeads, takesJoined } from "./joined_heads.ts";
import { norm, type NormOptions } from "./norm.ts";
import { addOutput } from "./output.ts";
import type { Pass } from "./pass.ts";
import { project } from "./project.ts";
import { turned } from "./rotary.ts";

/** The parameters, and what the heads compute. */
export type AttentionLayer = HeadParts & {
  names: Omit<BlockNames, "ln1"> & { ln1: Pick<NormOptions, "w" | "b"> };
  eps: number;
};

/**
 * stream + W_O heads(q, k, v) with q, k, v = W LN1(x), each with its bias where it has one: x and
 * stream [batch, pos, d_model], which stay; often they are the same.
 */
export function attentionLayer(
  pass: Pass,
  { x, stream }: { x: Tensor; stream: Tensor },
  options: AttentionLayer,
): Tensor {
  const { points } = pass, { layer, names, eps } = options, name = `blocks.${layer}`;
  const normalized = norm(pass, x, { name: `${name}.ln1`, ...names.ln1, eps });
  points.reads(`${name}.ln1.hook_normalized`, "attention");
  const headsOf = takesJoined(pass, options) ? joinedHeads : headsApart;
  const z = headsOf(pass, normalized, options);
  const result = addOutput(pass, stream, {
    name: `${name}.hook_attn_out`,
    make: (addend) => project(pass, z, { W: names.W_O, b: names.b_O, addend }),
  });
  points.drop(z);
  return result;
}

/** The same one by one, with the points on the way. */
function headsApart(pass: Pass, normalized: Tensor, options: HeadParts): Tensor {
  const { layer, names, n_heads, n_kv_heads = n_heads, window, scale, rotary } = options;
  const name = `blocks.${layer}.attn`;
  const projected = (part: "q" | "k" | "v", W: string, b?: string) =>
    atHeads(pass.points, project(pass, normalized, { W, b }), {
      name: `${name}.hook_${part}`,
      n_heads: part === "q" ? n_heads : n_kv_heads,
    });
  const turn = (part: "q" | "k", of: Tensor) => {
    if (rotary === undefined) return of;
    const heads = part === "q" ? n_heads : n_kv_heads;
    return turned(pass, of, { name: `${name}.hook_rot_${part}`, n_heads: heads, rotary });
  };
  const q = projected("q", names.W_Q, names.b_Q), k = projected("k", names.W_K, names.b_K);
  const v = projected("v", names.W_V, names.b_V);
  pass.points.drop(normalized);
  const all = { q: turn("q", q), k: turn("k", k), v };
  return heads(pass, all, { layer, n_heads, n_kv_heads, window, scale });
}
