/** What single latents do at the MLP of a block, as vectors and their norms. @module */
import source from "../../../kernels/interactions/main_effects.wgsl" with { type: "text" };
import { exactly, expectForm, oneOf } from "../../io/form.ts";
import { launch } from "../../tensor/launch.ts";
import { productInto } from "../../tensor/ops/matmul/product.ts";
import { empty, type Tensor, uploadIds } from "../../tensor/tensor.ts";
import type { PairContext } from "../formulas/mixed_difference.ts";
import type { Players } from "../players/players.ts";
import { phiKernel } from "./phi.ts";
import { rowPieces } from "./pieces.ts";
import { rowNormsInto } from "./row_sizes.ts";

/** insertion: beside bias and error node alone; removal: beside all others. */
export const contextForm = exactly({ context: oneOf(["insertion", "removal"] as const) });

/**
 * ‖m(t)‖ of every entry, [entries]: m = Σ_k [φ(c_k + a_k) − φ(c_k)] w_out,k for insertion, Σ_k
 * [φ(z_k) − φ(z_k − a_k)] w_out,k for removal.
 */
export async function mainEffects(
  players: Players,
  options: { context: PairContext },
): Promise<Float32Array> {
  const { context } = expectForm("compute main effects", options, contextForm);
  const { gpu, active, entries, d_mlp, W_out } = players;
  if (entries === 0) return new Float32Array();
  const tokens = new Uint32Array(entries);
  for (let t = 0; t < active.tokens; t++) tokens.fill(t, active.start[t], active.start[t + 1]);
  using token = uploadIds(gpu, [entries], tokens);
  using norms = empty(gpu, [entries]);
  for (const [from, to] of rowPieces(players, entries)) {
    using D = empty(gpu, [to - from, d_mlp]);
    singlesInto(D, { players, token, from, context });
    using m = empty(gpu, [to - from, W_out.columns]);
    productInto("NN", { a: D, b: W_out, c: m });
    rowNormsInto(norms, m, from);
  }
  return await norms.read();
}

/** D [rows, d_mlp] of the entries from `from` on. */
function singlesInto(
  D: Tensor,
  { players, token, from, context }: {
    players: Players;
    token: Tensor;
    from: number;
    context: PairContext;
  },
): void {
  const { gpu, activation, latent, act, w, z, c } = players, ld = D.pitch / 4;
  const [rest, sign] = context === "insertion" ? [c, 1] : [z, -1];
  launch(gpu, phiKernel(activation, { name: "interactions/main_effects", source, entry: "main" }), {
    tensors: { token, latent, act, w, rest, D },
    params: { count: D.rows, first: from, ld, sign },
    invocations: [ld, D.rows],
  });
}
