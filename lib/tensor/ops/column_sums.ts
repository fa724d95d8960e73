/** Sums down the columns: bias gradients, statistics over a batch. @module */
import columnSums from "../../../kernels/column_sums.wgsl" with { type: "text" };
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { ALIGNMENT } from "../layout.ts";
import { roomForParts, sumLater } from "../pending_sums.ts";
import type { Tensor } from "../tensor.ts";
import { rowChunks } from "../views.ts";

/** Rows that one invocation may add up where nobody else shares the work. */
const AT_ONCE = 128;

/**
 * Rows of a part of a sum over `rows` rows, whose parts are then added: few, so that columns and
 * parts together occupy a large GPU, and a power of two of at most 64, so that no part lies in two
 * pieces of a tensor. By size alone: the order of the sum is the same on every adapter.
 */
export function rowsOfPart(rows: number): number {
  return rows <= 512 ? 16 : rows <= 4096 ? 32 : ALIGNMENT;
}

/**
 * target [n] (+)= Σ over rows of a [rows, n], or of its squares with `squares`. In fixed passes, so
 * the result does not depend on scheduling.
 */
export function columnSumsInto(
  target: Tensor,
  a: Tensor,
  { accumulate = false, squares = false }: { accumulate?: boolean; squares?: boolean } = {},
): void {
  expectTensors("sum columns", { target: [target, { row: a.columns }], a: [a] });
  if (a.rows <= AT_ONCE && a.size <= a.gpu.maxBinding / 4) {
    return dispatch(a, target, { part: a.rows, accumulate, squares });
  }
  const part = rowsOfPart(a.rows);
  const partial = roomForParts(target, Math.ceil(a.rows / part));
  dispatch(a, partial, { part, squares });
  if (sumLater(target, partial, { accumulate })) return;
  columnSumsInto(target, partial.over([partial.rows, a.columns]), { accumulate });
  partial.release();
}

function dispatch(
  a: Tensor,
  out: Tensor,
  { part, accumulate = false, squares = false }: {
    part: number;
    accumulate?: boolean;
    squares?: boolean;
  },
): void {
  const constants = { ADD: accumulate ? 1 : 0, SQUARES: squares ? 1 : 0 };
  const ld = a.pitch / 4;
  for (const { piece: { range, rows }, start } of rowChunks(a)) {
    launch(a.gpu, { name: "column_sums", source: columnSums, entry: "main", constants }, {
      tensors: { a: range, out },
      params: { rows, ld, part, first: start / part },
      invocations: Math.ceil(rows / part) * ld,
    });
  }
}
