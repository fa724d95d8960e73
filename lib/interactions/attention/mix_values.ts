/** Values of a block summed with other weights than its pattern. @module */
import source from "../../../kernels/interactions/mix_values.wgsl" with { type: "text" };
import { launch } from "../../tensor/launch.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import type { AttentionPlayers } from "./players.ts";

/**
 * `tokens` u32 [n, 4] whose first column names a token of each item's sequence, `weight` [n ·
 * n_heads, pos] → Σ_k weight v_k before W_O [n, n_heads · d_head].
 */
export function mixValues(
  { gpu, pos, v, weights: { heads: { n_heads, d_head } } }: AttentionPlayers,
  { tokens, weight }: { tokens: Tensor; weight: Tensor },
): Tensor {
  const n = tokens.rows, out = empty(gpu, [n, n_heads * d_head]);
  launch(gpu, { name: "mix_values", source, entry: "main", constants: { HEAD4: d_head / 4 } }, {
    tensors: { tokens, weight, v, out },
    params: { count: n, pos, n_heads, ld: weight.pitch },
    invocations: out.size / 4,
  });
  return out;
}
