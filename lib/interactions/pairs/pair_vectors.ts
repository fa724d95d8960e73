/** What pairs do together at the MLP of a block, as vectors of the residual stream. @module */
import { expectForm } from "../../io/form.ts";
import { productInto } from "../../tensor/ops/matmul/product.ts";
import { withoutGradient } from "../../tensor/tape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { rowSlice } from "../../tensor/views.ts";
import type { PairContext } from "../formulas/mixed_difference.ts";
import type { Players } from "../players/players.ts";
import { emptyDifferences } from "./differences.ts";
import type { PairInstances } from "./instances.ts";
import { contextForm } from "./main_effects.ts";
import { checkInstances } from "./pair_scores.ts";
import { partMaker } from "./parts.ts";
import { rowPieces } from "./pieces.ts";

/**
 * v_ij(t) = Σ_k I(a_ik, a_jk; rest_k) w_out,k of every instance, [instances, d_model]; the context
 * "insertion" has rest = c, "removal" z − a_i − a_j. Has no gradient. Throws where there is no
 * instance.
 */
export function pairVectors(
  players: Players,
  instances: PairInstances,
  options: { context: PairContext },
): Tensor {
  const action = "compute pair vectors";
  const { context } = expectForm(action, options, contextForm);
  checkInstances(action, players, instances);
  const { gpu, W_out, z, c } = players, count = instances.pair.length;
  if (count === 0) {
    throw new RangeError(
      `Cannot ${action}: expected at least one instance but found none: no pair meets in this part`,
    );
  }
  const vectors = empty(gpu, [count, W_out.columns]);
  const pieces = rowPieces(players, count);
  using maker = partMaker(players, { instances, pieces, parts: [context] });
  for (const [piece, [from, to]] of pieces.entries()) {
    using D = emptyDifferences(players, to - from);
    maker.into(context, D, piece);
    productInto("NN", { a: D, b: W_out, c: rowSlice(vectors, from, to - from) });
  }
  return withoutGradient("pairVectors", vectors, [z, c, W_out]);
}
