/** Numbers of instances on the device, some million at a time. @module */
import type { Random } from "../../numerics/random.ts";
import { productInto } from "../../tensor/ops/matmul/product.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import type { Players } from "../players/players.ts";
import { emptyDifferences } from "./differences.ts";
import type { Measure } from "./metrics.ts";
import { drawOrders, partMaker } from "./parts.ts";
import { pieces, rowPieces } from "./pieces.ts";
import { rowNormsInto, weightedSizesInto } from "./row_sizes.ts";
import type { Entries } from "./runs.ts";

/** Orders of the Shapley-Taylor index; `random` is needed for it alone. */
export type OrderOptions = { random?: Random; permutations: number };

/**
 * Calls `use` with one tensor [instances of the span] a measure, from instance `from` on, span after
 * span; the tensors are there until it returns.
 */
export async function eachSpan(
  players: Players,
  instances: Entries,
  { measures, orders }: { measures: readonly Measure[]; orders: OrderOptions },
  use: (values: Tensor[], from: number) => Promise<void> | void,
): Promise<void> {
  const count = instances.token.length;
  if (measures.length === 0 || count === 0) return;
  const { gpu } = players, parts = [...new Set(measures.map(({ part }) => part))];
  using drawn = new DisposableStack();
  const { random, permutations } = orders;
  const drawnOrders = random && parts.includes("shapley_taylor")
    ? drawOrders(players, { random, permutations })
    : [];
  for (const order of drawnOrders) drawn.use(order);
  for (const [from, to] of pieces(count, Math.floor(gpu.maxBinding / 16))) {
    using owned = new DisposableStack();
    const outs = measures.map((m) => ({ ...m, out: owned.use(empty(gpu, [to - from])) }));
    const rows = rowPieces(players, to - from);
    const cut = rows.map(([first, last]): [number, number] => [from + first, from + last]);
    const maker = owned.use(partMaker(players, { instances, pieces: cut, parts }, drawnOrders));
    for (const [piece, [first, last]] of rows.entries()) {
      using D = emptyDifferences(players, last - first);
      for (const part of parts) {
        maker.into(part, D, piece);
        for (const { by, out } of outs.filter((m) => m.part === part)) {
          if (by === "size") weightedSizesInto(out, D, players.out_norms, first);
          else vectorNormsInto(out, D, { players, first });
        }
      }
    }
    await use(outs.map(({ out }) => out), from);
  }
}

function vectorNormsInto(
  out: Tensor,
  D: Tensor,
  { players: { gpu, W_out }, first }: { players: Players; first: number },
): void {
  using v = empty(gpu, [D.rows, W_out.columns]);
  productInto("NN", { a: D, b: W_out, c: v });
  rowNormsInto(out, v, first);
}
