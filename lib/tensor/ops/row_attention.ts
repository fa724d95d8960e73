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
import { type AttentionOptions, EVERYTHING, HEADS } from "./attention.ts";
import { MOST_ITERATIONS, sequenceChunks } from "./grid.ts";
import { ROWS } from "./row_groups.ts";

const NAN_BITS = 0x7fc00000;
const OPTIONS = exactly(HEADS);

/**
 * Keys and values of whole sequences, k and v [n_sequences, pos, width], and where each row stands:
 * in which of them, and at which position, both u32 [rows]. `groups`, what groupRows() makes of the
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
 * z [rows, width] of single tokens: q, k and v [rows, width] are their own, heads side by side; of
 * the kept sequence they see what lies before their position, within the window, and themselves in
 * place of what is kept there. Sequences and positions lie on the GPU and are not checked: a row
 * that is beyond what is kept is NaN. Throws on other shapes.
 */
export function rowAttention(
  own: { q: Tensor; k: Tensor; v: Tensor },
  kept: KeptAttention,
  options: Omit<AttentionOptions, "positions">,
): Tensor {
  checkRows(own, kept, options);
  const { n_heads, scale = 1, window = 0 } = options;
  const { q } = own, { gpu } = q;
  const [all, pos] = kept.k.shape;
  const z = empty(gpu, q.shape);
  const pieces = sequenceChunks(gpu, "attend", { batch: all, size: pos * q.pitch });
  const together = kept.groups !== undefined && 4 * q.size <= gpu.maxBinding;
  const kernel = together ? groupedKernel(gpu, q.columns / n_heads / 4) : kernelOf(q, n_heads);
  for (const { piece, start } of rowChunks(z)) {
    const [rows, own_k, own_v] = [q, own.k, own.v].map((t) => rowSlice(t, start, piece.rows));
    for (const [first, count] of pieces) {
      const [k, v] = [kept.k, kept.v].map((t) => rowSlice(t, first * pos, count * pos));
      const { sequences, positions, groups } = kept;
      const tensors = { q: rows, own_k, own_v, k, v, positions, z: piece };
      const params = {
        ...{ rows: piece.rows, first_row: start, n_heads, ld: q.pitch / 4 },
        ...{ first, count, all, pos, window: window || EVERYTHING, scale, nan: NAN_BITS },
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

function kernelOf({ columns }: Tensor, n_heads: number): KernelSource {
  const D4 = columns / n_heads / 4;
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
  options: Omit<AttentionOptions, "positions">,
): void {
  const action = "attend by rows";
  const { n_heads } = expectForm(action, options, OPTIONS);
  expectTensors(action, { q: [q] });
  const { rows, columns: width } = q;
  const [n_sequences, pos] = kept.k?.shape ?? [];
  expectTensors(action, {
    q: [q],
    k: [k, { shape: q.shape }],
    v: [v, { shape: q.shape }],
    "kept k": [kept.k, { shape: [n_sequences, pos, width] }],
    "kept v": [kept.v, { shape: [n_sequences, pos, width] }],
    sequences: [kept.sequences, { dtype: "u32", shape: [rows] }],
    positions: [kept.positions, { dtype: "u32", shape: [rows] }],
    groups: [kept.groups, { dtype: "u32", shape: [kept.groups?.rows ?? 0, 8], optional: true }],
  }, "pass the rows and what is kept of one layer");
  const fail = (expected: string, found: string, todo: string) => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (width % n_heads !== 0 || width / n_heads % 4 !== 0) {
    fail(
      `a width of ${n_heads} heads · d_head with d_head a multiple of 4`,
      `${width}`,
      "choose d_head = d_model / n_heads of 4, 8, 12 ...",
    );
  }
  if (pos > MOST_ITERATIONS) {
    fail(`at most ${MOST_ITERATIONS} kept positions`, `${pos}`, "keep shorter sequences");
  }
}
