/** The k largest of a whole batch on a CPU adapter: rows in parts that each count for themselves. @module */
import source from "../../../kernels/top_k_batch.wgsl" with { type: "text" };
import { launch } from "../launch.ts";
import { empty, type Tensor } from "../tensor.ts";
import { MOST_ITERATIONS } from "./grid.ts";

/** How many parts there are at most. */
const PARTS = 64;

/** Turns of an invocation beside those over its values. */
const FURTHER = 600;

export type Parts = { parts: number; each: number };

/**
 * How the rows of z are shared out; undefined where a part would have too many turns, or the lists
 * of all would not fit into a binding.
 */
export function partsOf({ gpu, rows, pitch }: Tensor): Parts | undefined {
  const each = Math.ceil(rows / Math.min(rows, PARTS)), parts = Math.ceil(rows / each);
  if (4 * parts * each * pitch > gpu.maxBinding) return undefined;
  const turns = each * Math.max(pitch, pitch / 4 + 1) + FURTHER; // a list may hold every value
  return turns < MOST_ITERATIONS ? { parts, each } : undefined;
}

/** z [rows, n], in one binding → kept, shaped like it, and smallest [1]; see topK. */
export function selectBatch(
  z: Tensor,
  { k, weights, kept, smallest }: {
    k: number;
    weights?: Tensor;
    kept: Tensor;
    smallest: Tensor;
  },
  { parts, each }: Parts,
): void {
  const { gpu } = z, most = each * z.pitch;
  const scratch = {
    bins: empty(gpu, [parts, 256], "u32"),
    listed: empty(gpu, [parts * most], "u32"),
    length: empty(gpu, [parts], "u32"),
    found: empty(gpu, [4], "u32"),
  };
  const params = { rows: z.rows, ld: z.pitch / 4, each, parts, most, k };
  const run = (entry: string, { shift = 0, width = 8, first = 0 } = {}) => {
    const constants = { WEIGHTED: weights ? 1 : 0, FIRST: first };
    launch(gpu, { name: "top_k_batch", source, entry, constants }, {
      tensors: { z, weights, ...scratch, out: kept, smallest },
      params: { ...params, shift, width },
      invocations: entry === "choose" ? 1 : parts,
    });
  };
  run("tally");
  run("choose", { shift: 23, first: 1 });
  run("list");
  for (const [shift, width] of [[15, 8], [7, 8], [0, 7]]) {
    run("refine", { shift, width });
    run("choose", { shift });
  }
  run("keep");
  for (const tensor of Object.values(scratch)) tensor.release();
}
