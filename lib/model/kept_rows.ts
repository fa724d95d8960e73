/**
 * Single tokens within a clean run that is kept: each sees the keys and values of the clean run at
 * earlier positions, and its own. What is changed at a token is then exact for what that token makes
 * of it, since attention is causal, and costs one position instead of all; what later tokens make of
 * it is not seen.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { groupRows } from "../tensor/ops/row_groups.ts";
import { takeRows } from "../tensor/ops/rows.ts";
import { type Tensor, uploadIds } from "../tensor/tensor.ts";
import { share } from "../tensor/views.ts";
import type { Hooks } from "./hook_points.ts";

/** What a clean run leaves, by block. Dispose of it when done. */
export type KeptRun = {
  gpu: Gpu;
  sequences: readonly ArrayLike<number>[];
  pos: number;
  /**
   * Keys, turned by their positions where the model turns them, and values: [n_sequences, pos,
   * n_kv_heads · d_head], or [..., n_kv_heads, d_head] where d_head is no multiple of four.
   */
  k: Tensor[];
  v: Tensor[];
  /** The residual stream that enters each block, and that which leaves the last one [..., d_model]. */
  resid_pre: Tensor[];
  resid: Tensor;
  [Symbol.dispose](): void;
};

/** Single tokens within a kept run, with their ids u32 [rows, 1]. Dispose of them when done. */
export type KeptRows = {
  run: KeptRun;
  ids: Tensor;
  /** u32 [rows]: in which sequence, at which position, and sequence · pos + position. */
  sequences: Tensor;
  positions: Tensor;
  places: Tensor;
  /** Rows of one sequence, where that is of use. */
  groups?: Tensor;
  [Symbol.dispose](): void;
};

/**
 * The tokens at `positions` of `sequences`, numbers within the kept run, one of each a row. Rows of
 * one sequence that stand behind one another cost least. Throws where they differ in number, and on
 * a place that is not kept.
 */
export function rowsOf(
  run: KeptRun,
  { sequences, positions }: { sequences: ArrayLike<number>; positions: ArrayLike<number> },
): KeptRows {
  const { gpu, pos } = run, n = sequences.length;
  const fail = (expected: string, found: string): never => {
    throw new RangeError(
      `Cannot take rows of a kept run: expected ${expected} but found ${found}: ` +
        "pass a sequence and a position for each row",
    );
  };
  if (n === 0 || positions.length !== n) {
    fail("as many positions as sequences, at least one,", `${positions.length} and ${n}`);
  }
  const places = new Uint32Array(n), ids = new Uint32Array(n);
  for (let r = 0; r < n; r++) {
    const s = sequences[r], p = positions[r];
    if (!(s in run.sequences) || !(p in run.sequences[s])) {
      fail(
        `${run.sequences.length} sequences of ${pos} tokens`,
        `position ${p} of sequence ${s} in row ${r}`,
      );
    }
    places[r] = s * pos + p;
    ids[r] = run.sequences[s][p];
  }
  using owned = new DisposableStack();
  const put = (shape: number[], values: ArrayLike<number>) =>
    owned.use(uploadIds(gpu, shape, Uint32Array.from(values)));
  const tensors = {
    ids: put([n, 1], ids),
    sequences: put([n], sequences),
    positions: put([n], positions),
    places: put([n], places),
  };
  const groups = groupRows(gpu, { sequences, positions });
  if (groups) owned.use(groups);
  const kept = owned.move();
  return { run, ...tensors, groups, [Symbol.dispose]: () => kept.dispose() };
}

/** The clean residual stream of the rows as it enters block `layer` [rows, 1, d_model]. */
export function enteringRows({ run, places }: KeptRows, layer: number): Tensor {
  const clean = run.resid_pre[layer];
  using taken = takeRows(clean, places);
  return share(taken, [places.columns, 1, clean.columns]);
}

/**
 * Throws unless a pass over rows can be what its options say: rows alone, of a run of as many blocks
 * on this device, from one of them on, and no hook that they do not come by.
 */
export function checkRowPass(
  gpu: Gpu,
  { rows, from, hooks, ...others }: {
    rows?: KeptRows;
    from?: number;
    hooks?: Hooks;
    keyValues?: unknown;
    index?: unknown;
  },
  { n_layers }: { n_layers: number },
): void {
  if (rows === undefined && from === undefined) return;
  const fail = (expected: string, found: string, todo: string): never => {
    throw new RangeError(
      `Cannot run rows of a kept run: expected ${expected} but found ${found}: ${todo}`,
    );
  };
  if (rows === undefined) return fail("rows", `from: ${from} alone`, "pass rows: rowsOf(run, ...)");
  if (rows.run.gpu !== gpu || rows.run.resid_pre.length !== n_layers) {
    const found = rows.run.gpu === gpu ? `one of ${rows.run.resid_pre.length}` : "one elsewhere";
    fail(`a run of ${n_layers} blocks on the model's device`, found, "keep a run of this model");
  }
  const other = Object.entries(others).find(([, value]) => value !== undefined);
  if (other) fail("rows alone", `${other[0]} beside them`, "leave it out");
  if (from !== undefined && !(from in rows.run.resid_pre)) {
    fail(`a block from 0 to ${n_layers - 1}`, `from: ${from}`, "name a block of the model");
  }
  const passedBy = [...hooks?.wanted ?? [], ...hooks?.edits.keys() ?? []].find((name) =>
    /\.hook_(attn_scores|pattern)$/.test(name) || isBefore(name, from ?? 0)
  );
  if (passedBy !== undefined) {
    fail(
      `hooks from block ${from ?? 0} on, scores and patterns not among them,`,
      passedBy,
      "read it in a run over whole sequences, or begin earlier",
    );
  }
}

/** Whether a point lies before a block; those of the embedding lie before all but the first. */
function isBefore(name: string, block: number): boolean {
  const layer = /^blocks\.(\d+)\./.exec(name)?.[1];
  return layer === undefined ? block > 0 && name.startsWith("hook_") : Number(layer) < block;
}
