/** Shifts of single tokens on the device: a table of rows, and for every token of a pass which one. @module */
import type { Gpu } from "../../../gpu/gpu.ts";
import type { Edit } from "../../../model/hook_points.ts";
import { add, multiply } from "../../../tensor/ops/arithmetic.ts";
import { view } from "../../../tensor/ops/reshape.ts";
import { takeRows } from "../../../tensor/ops/rows.ts";
import { upload, uploadIds } from "../../../tensor/tensor.ts";
import { type Held, holdNothing } from "./edit.ts";

/**
 * `places`: tokens of a pass of `tokens` tokens; `rows` by hook, [places, width] one behind the other,
 * added there or put in the place of what stands there (`set`).
 */
export type Shifts = {
  tokens: number;
  places: readonly number[];
  rows: ReadonlyMap<string, Float32Array>;
  set?: boolean;
};

/** The edits of a pass; none where no token of it is shifted. */
export function heldShifts(gpu: Gpu, { tokens, places, rows, set = false }: Shifts): Held {
  if (places.length === 0) return holdNothing();
  using owned = new DisposableStack();
  const edits: Record<string, Edit> = {};
  const at = new Uint32Array(tokens);
  places.forEach((place, n) => at[place] = n + 1); // row 0 is nothing
  const index = owned.use(uploadIds(gpu, [tokens], at));
  for (const [hook, own] of rows) {
    const width = own.length / places.length, n = places.length + 1;
    const put = (data: Float32Array) => {
      using table = upload(gpu, { shape: [n, width], data });
      return owned.use(takeRows(table, index));
    };
    const shifted = new Float32Array(n * width);
    shifted.set(own, width);
    const shift = put(shifted);
    if (set) {
      const kept = put(new Float32Array(n * width).fill(1, 0, width));
      edits[hook] = (x) => add(multiply(x, view(kept, x.shape)), view(shift, x.shape));
    } else edits[hook] = (x) => add(x, view(shift, x.shape));
  }
  const kept = owned.move();
  return { edits, [Symbol.dispose]: () => kept.dispose() };
}
