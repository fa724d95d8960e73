/**
 * How far first-order attribution is off for one latent: integrated gradients less the gradient, as
 * a vector that the MLP writes. Large where the MLP bends under the latents of a token together.
 *
 * @module
 */
import source from "../../../../kernels/interactions/attribution.wgsl" with { type: "text" };
import { launch } from "../../../tensor/launch.ts";
import { productInto } from "../../../tensor/ops/matmul/product.ts";
import { empty, uploadIds } from "../../../tensor/tensor.ts";
import { phiKernel } from "../../pairs/phi.ts";
import { rowPieces } from "../../pairs/pieces.ts";
import { rowNormsInto } from "../../pairs/row_sizes.ts";
import type { Players } from "../../players/players.ts";

/**
 * ‖Σ_k a_k [∫₀¹ φ'(c_k + u (z_k − c_k)) du − φ'(z_k)] w_out,k‖ of every entry, [entries]. Attribution
 * of features by gradients and integrated gradients: Marks et al. 2024 (arXiv 2403.19647).
 */
export async function attributionMismatch(players: Players): Promise<Float32Array> {
  const { gpu, activation, active, entries, d_mlp, W_out, latent, act, w, z, c } = players;
  if (entries === 0) return new Float32Array();
  const tokens = new Uint32Array(entries);
  for (let t = 0; t < active.tokens; t++) tokens.fill(t, active.start[t], active.start[t + 1]);
  using token = uploadIds(gpu, [entries], tokens);
  using norms = empty(gpu, [entries]);
  const kernel = { name: "interactions/attribution", source, entry: "main" };
  for (const [first, last] of rowPieces(players, entries)) {
    using D = empty(gpu, [last - first, d_mlp]);
    const ld = D.pitch / 4;
    launch(gpu, phiKernel(activation, kernel), {
      tensors: { token, latent, act, w, z, c, D },
      params: { count: D.rows, first, ld },
      invocations: [ld, D.rows],
    });
    using moved = empty(gpu, [last - first, W_out.columns]);
    productInto("NN", { a: D, b: W_out, c: moved });
    rowNormsInto(norms, moved, first);
  }
  return await norms.read();
}
