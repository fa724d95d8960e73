/** Attention of single tokens over keys and values that are kept. No gradients. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import type { KernelSource } from "../../gpu/kernel.ts";
import source from "../../../kernels/row_attention.wgsl" with { type: "text" };
import { exactly, expectForm } from "../../io/form.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { withoutGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowChunks, rowSlice } from "../views.ts";
import { MOST_ITERATIONS, sequenceChunks } from "./grid.ts";
import { EVERYTHING, headLayouts, type HeadOptions, HEADS } from "./heads.ts";
import { ROWS } from "./row_groups.ts";

const NAN_BITS = 0x7fc00000;
const ACTION = "attend by rows";
const OPTIONS = exactly(HEADS);

/**
 * Keys and values of whole sequences, k and v [n_sequences, pos, n_kv_heads · d_head], or
 * [n_sequences, pos, n_kv_heads, d_head], and where each row stands: in which of them, and at which position, both u32 [rows]. `groups`, what groupRows() makes of the
 * same places, lets rows of one sequence share what is loaded.
 */
export type KeptAttention = {
  k: Tensor;
  v: Tensor;
  sequences: Tensor;
  positions: Tensor;
  groups?: Tensor;
};

/**
 * z of single tokens, shaped like q: q [rows, n_heads · d_head], k and v [rows, n_kv_heads · d_head]
 * are their own, or [rows, 1, heads, d_head] where d_head is no multiple of four; of the kept sequence they see what lies before their position, within the window, and themselves in
 * place of what is kept there. Sequences and positions lie on the GPU and are not checked: a row
 * that is beyond what is kept is NaN. Throws on other shapes.
 */
export function rowAttention(
  own: { q: Tensor; k: Tensor; v: Tensor },
  kept: KeptAttention,
  options: HeadOptions,
): Tensor {
  checkRows(own, kept, options);
  const { n_heads, scale = 1, window = 0 } = options;
  const { q } = own, { gpu } = q;
  const [all, pos] = kept.k.shape;
  const z = empty(gpu, q.shape);
  const { heads: { D4, ld }, kv: { ld: kv_ld }, share } = headLayouts(ACTION, own, options);
  const pieces = sequenceChunks(gpu, "attend", { batch: all, size: 4 * pos * kv_ld });
  const together = kept.groups !== undefined && 4 * q.size <= gpu.maxBinding;
  const kernel = together ? groupedKernel(gpu, D4) : kernelOf(D4);
  const whole = z.over([rowsOf(q), 4 * ld]);
  for (const { piece, start } of rowChunks(whole)) {
    const cut = (t: Tensor, width4: number) =>
      rowSlice(t.over([rowsOf(q), 4 * width4]), start, piece.rows);
    const rows = cut(q, ld), own_k = cut(own.k, kv_ld), own_v = cut(own.v, kv_ld);
    for (const [first, count] of pieces) {
      const [k, v] = [kept.k, kept.v].map((t) => {
        const rows = t.rows / all;
        return rowSlice(t, first * rows, count * rows);
      });
      const { sequences, positions, groups } = kept;
      const tensors = { q: rows, own_k, own_v, k, v, positions, z: piece };
      const params = {
        rows: piece.rows,
        first_row: start,
        n_heads,
        ld,
        share,
        kv_ld,
        first,
        count,
        all,
        pos,
        window: window || EVERYTHING,
        scale,
        nan: NAN_BITS,
      };
      if (together) {
        const workgroups: [number, number, number] = [groups!.rows, n_heads, 1];
        const grid = { params: { ...params, stride: 0 }, workgroups };
        launch(gpu, kernel, { tensors: { ...tensors, groups }, ...grid });
      } else {
        const invocations = piece.rows * n_heads;
        launch(gpu, kernel, { tensors: { ...tensors, sequences }, params, invocations });
      }
    }
  }
  return withoutGradient("rowAttention", z, [q, own.k, own.v, kept.k, kept.v]);
}

/** Rows of tokens; their heads may lie apart. */
function rowsOf({ shape, rows }: Tensor): number {
  return shape.length === 4 ? shape[0] * shape[1] : rows;
}

function kernelOf(D4: number): KernelSource {
  return {
    name: "row_attention",
    source,
    entry: "main",
    constants: { D4, BLOCK: D4 <= 8 ? 4 : 2 },
  };
}

function groupedKernel({ subgroupSize: LANES }: Gpu, D4: number): KernelSource {
  const BLOCK = Math.min(LANES, D4 <= 8 ? 4 : 2), PARTS = LANES / BLOCK;
  const constants = { GROUPED: 1, LANES, BLOCK, PARTS, SHARE: Math.ceil(D4 / PARTS), ROWS, D4 };
  return { name: "row_attention", source, entry: "grouped", constants };
}

function checkRows(
  { q, k, v }: { q: Tensor; k: Tensor; v: Tensor },
  kept: KeptAttention,
  options: HeadOptions,
): void {
  const action = ACTION;
  expectForm(action, options, OPTIONS);
  expectTensors(action, { q: [q], k: [k] });
  headLayouts(action, { q, k }, options);
  const [n_sequences, pos] = kept.k?.shape ?? [], rows = rowsOf(q);
  const width = k.shape.length === 4 ? k.shape.slice(2) : [k.columns];
  const one = k.shape.length === 4 ? [rows, 1, ...width] : [...q.shape.slice(0, -1), ...width];
  expectTensors(action, {
    q: [q],
    k: [k, { shape: one }],
    v: [v, { shape: one }],
    "kept k": [kept.k, { shape: [n_sequences, pos, ...width] }],
    "kept v": [kept.v, { shape: [n_sequences, pos, ...width] }],
    sequences: [kept.sequences, { dtype: "u32", shape: [rows] }],
    positions: [kept.positions, { dtype: "u32", shape: [rows] }],
    groups: [kept.groups, { dtype: "u32", shape: [kept.groups?.rows ?? 0, 8], optional: true }],
  }, "pass the rows and what is kept of one layer");
  const fail = (expected: string, found: string, todo: string) => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (pos > MOST_ITERATIONS) {
    fail(`at most ${MOST_ITERATIONS} kept positions`, `${pos}`, "keep shorter sequences");
  }
}
