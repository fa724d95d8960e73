/** One forward pass: its hook points, and what a caller gives it beside the ids. @module */
import type { ScatterIndex } from "../../tensor/ops/embedding.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { HookPoints } from "../hook_points.ts";
import { enteringRows, type KeptRows } from "../kept_rows.ts";
import type { KeyValueCache } from "../kv_cache.ts";
import type { Adapter } from "./adapter.ts";

/**
 * What every component is given first. `weight` finds a parameter of the model; `index` is the
 * batch's scatter index, needed for gradients; `keyValues` continues earlier tokens; `rows` are
 * single tokens of a kept run, which begin at block `from`; `adapters` are added to the parameters
 * that they are named by.
 */
export type Pass = {
  points: HookPoints;
  weight: (name: string) => Tensor;
  index?: ScatterIndex;
  keyValues?: KeyValueCache;
  rows?: KeptRows;
  from?: number;
  adapters?: ReadonlyMap<string, Adapter>;
};

/**
 * Where the blocks begin: at the first one with what `embed` makes of the ids, or with kept rows at
 * a later one.
 */
export function begin(
  { rows, from = 0 }: Pass,
  embed: () => Tensor,
): { first: number; resid: Tensor } {
  return { first: from, resid: rows && from > 0 ? enteringRows(rows, from) : embed() };
}

/**
 * A point that is only looked at: its tensor, made from `of`, goes into the cache and no further.
 */
export function look(
  { points }: Pass,
  { name, axis }: { name: string; axis?: "width" | "scale" },
  make: () => { tensor: Tensor; of?: Tensor[] },
): void {
  if (!points.wants(name)) return;
  const { tensor, of = [] } = make();
  tensor.attach(of, "that was made in a run");
  points.look(name, tensor, axis);
}
