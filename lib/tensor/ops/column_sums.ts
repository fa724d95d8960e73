/** Sums down the columns: bias gradients, statistics over a batch. @module */
import columnSums from "../../../kernels/column_sums.wgsl" with { type: "text" };
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowChunks } from "../views.ts";

/** Rows that one invocation adds up before the partial sums are added. */
const ROWS = 64;

/**
 * target [n] (+)= Σ over rows of a [rows, n], or of its squares with `squares`. In two fixed
 * passes, so the result does not depend on scheduling.
 */
export function columnSumsInto(
  target: Tensor,
  a: Tensor,
  { accumulate = false, squares = false }: { accumulate?: boolean; squares?: boolean } = {},
): void {
  expectTensors("sum columns", { target: [target, { row: a.columns }], a: [a] });
  const parts = Math.ceil(a.rows / ROWS);
  if (parts === 1) return dispatch(a, target, { rows: ROWS, accumulate, squares });
  const partial = empty(a.gpu, [parts, a.columns]);
  dispatch(a, partial, { rows: ROWS, squares });
  if (parts > ROWS) columnSumsInto(target, partial, { accumulate });
  else dispatch(partial, target, { rows: parts, accumulate });
  partial.release();
}

function dispatch(
  a: Tensor,
  out: Tensor,
  { rows, accumulate = false, squares = false }: {
    rows: number;
    accumulate?: boolean;
    squares?: boolean;
  },
): void {
  const kernel = {
    name: "column_sums",
    source: columnSums,
    entry: "main",
    constants: { ADD: accumulate ? 1 : 0, SQUARES: squares ? 1 : 0 },
  };
  for (const { piece, start } of rowChunks(a)) {
    launch(a.gpu, kernel, {
      tensors: { a: piece, out },
      params: { rows: piece.rows, ld: a.pitch / 4, part: rows, first: start / ROWS },
      invocations: [a.pitch / 4, Math.ceil(piece.rows / rows)],
    });
  }
}
