/** Activations of the other model less those of the base, on the same tokens. @module */
import {
  createHarvester,
  harvestBatch,
  releaseHarvester,
} from "../../crosscoder/harvest/harvester.ts";
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL } from "../../crosscoder/sites.ts";
import { columnSumsInto } from "../../tensor/ops/column_sums.ts";
import { elementwiseInto } from "../../tensor/ops/elementwise.ts";
import { zeros } from "../../tensor/tensor.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { rowSlice } from "../../tensor/views.ts";
import { sitesOf } from "./check_pair.ts";
import type { ModelPair } from "./method.ts";

/**
 * Differences batch by batch, [rows, hooks · d_in], raw, site beside site; `pos` rows a sequence.
 * Each is there until the next is asked for.
 */
export function* differenceBatches(
  { base, other }: ModelPair,
  hooks: readonly string[],
  sequences: readonly Uint32Array[],
): Generator<Tensor> {
  const pos = sequences[0].length;
  using owned = new DisposableStack();
  const [before, after] = [base, other].map((model) =>
    owned.adopt(
      createHarvester({ models: { [ONE_MODEL]: model }, sites: hooks, pos }),
      releaseHarvester,
    )
  );
  const { batch, staging } = after;
  const out = owned.use(zeros(base.gpu, staging.shape));
  for (let start = 0; start < sequences.length; start += batch) {
    const some = sequences.slice(start, start + batch);
    harvestBatch(before, some);
    const rows = harvestBatch(after, some);
    elementwiseInto("subtract", { a: staging, b: before.staging, out });
    yield rowSlice(out, 0, rows);
  }
}

/**
 * The hooks of a pair at which the models differ on some token, and their width; `read`: the sequences that it
 * took to see, no more once all hooks differ. Throws on none.
 */
export async function differingHooks(
  action: string,
  pair: ModelPair,
  sequences: readonly Uint32Array[],
): Promise<{ hooks: string[]; d_in: number; read: number }> {
  const { sites, d_in } = resolveSites({ [ONE_MODEL]: pair.base }, sitesOf(pair));
  const hooks = sites.map(({ hook }) => hook), pos = sequences[0].length;
  const differs = hooks.map(() => false);
  using squares = zeros(pair.base.gpu, [hooks.length * d_in]);
  let tokens = 0;
  for (const difference of differenceBatches(pair, hooks, sequences)) {
    columnSumsInto(squares, difference, { squares: true });
    const found = await squares.read();
    found.forEach((sum, j) => differs[Math.floor(j / d_in)] ||= sum > 0);
    tokens += difference.rows;
    if (differs.every(Boolean)) break;
  }
  if (differs.some(Boolean)) {
    return { hooks: hooks.filter((_, l) => differs[l]), d_in, read: tokens / pos };
  }
  throw new RangeError(
    `Cannot ${action}: expected activations that differ but found the same in both models at ` +
      `${hooks.join(", ")}: the models do not differ there, name other sites or models`,
  );
}
