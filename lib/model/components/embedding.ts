/** Tokens and positions into the residual stream. @module */
import { embed } from "../../tensor/ops/embedding.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import { look, type Pass } from "./pass.ts";

/**
 * ids u32 [batch, pos], W_E [d_vocab, d_model], W_pos [n_ctx, d_model] → W_E[id] + W_pos[position]
 * [batch, pos, d_model]. The two summands, which one kernel adds, are made on their own for
 * hook_embed and hook_pos_embed. Without W_pos, in a model whose positions turn, hook_embed is the
 * stream itself.
 */
export function embedding(
  pass: Pass,
  ids: Tensor,
  { W_E, W_pos }: { W_E: Tensor; W_pos?: Tensor },
): Tensor {
  const { index, keyValues, rows } = pass, positions = (rows ?? keyValues)?.positions;
  if (W_pos === undefined) return pass.points.at("hook_embed", embed(ids, W_E, { index }));
  look(pass, { name: "hook_embed" }, () => ({ tensor: embed(ids, W_E, { index }) }));
  look(pass, { name: "hook_pos_embed" }, () => {
    const nothing = zeros(ids.gpu, [1, W_E.columns]), first = zeros(ids.gpu, ids.shape, "u32");
    return { tensor: embed(first, nothing, { W_pos, positions }), of: [nothing, first] };
  });
  return embed(ids, W_E, { W_pos, positions, index });
}
