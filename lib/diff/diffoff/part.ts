/** The part of a diff-off that one process makes. @module */
import { shardOf } from "../../io/shard.ts";
import { planPairs } from "./plan.ts";
import { type CellId, cellsOf, type DiffOffTask } from "./task.ts";

type Whole = Pick<DiffOffTask, "settings" | "seeds" | "shard" | "methods" | "pairs">;

/**
 * The cells of a task's shard, all of them without one. A pair of a seed stays whole, so that nothing of
 * it is made twice; parts are even by what their pairs are planned to cost.
 */
export function partOf(task: Whole): CellId[] {
  const cells = cellsOf(task), { shard, settings, seeds } = task;
  if (!shard) return cells;
  const pairs = planPairs(settings, task);
  const groups = seeds.flatMap((seed) => pairs.map(({ pair, works }) => ({ seed, pair, works })));
  const own = shardOf(
    groups,
    shard,
    ({ works }) => works.reduce((sum, { flops }) => sum + flops, 0),
  );
  return own.flatMap(({ seed, pair }) =>
    cells.filter((cell) => cell.seed === seed && cell.pair === pair)
  );
}
