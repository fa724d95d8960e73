/**
 * Moving whole rows by index: batches from a pool, keys into a cache, sites side by side. No
 * gradients.
 * @module
 */
import source from "../../../kernels/rows.wgsl" with { type: "text" };
import { show } from "../../io/show.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { withoutGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowChunks, rowSlice } from "../views.ts";
import { sequenceChunks } from "./grid.ts";

/**
 * `schedule` with `perRound`: read index[(step % perRound) · rows ...] where step is the training's
 * counter.
 */
export type GatherOptions = {
  factors?: Tensor;
  scheduled?: { schedule: Tensor; perRound: number };
};

/**
 * out[r] = tables[index[r]], times `factors` [width] where given: `tables` is one tensor of rows or
 * several that stand one behind the other; index u32. Several tables are gathered one after the
 * other.
 */
export function gatherRowsInto(
  out: Tensor,
  { tables, index }: { tables: Tensor[]; index: Tensor },
  { factors, scheduled }: GatherOptions = {},
): void {
  const { gpu } = out;
  const width = out.columns;
  const fail = (expected: string, found: string) => {
    throw new RangeError(
      `Cannot gather rows: expected ${expected} but found ${found}: check the shapes`,
    );
  };
  expectTensors("gather rows", {
    out: [out],
    index: [index, { dtype: "u32" }],
    factors: [factors, { shape: [width], optional: true }],
  });
  for (const table of tables) {
    expectTensors("gather rows", { table: [table] });
    if (table.columns !== width) fail(`tables of ${width} columns`, `[${table.shape}]`);
  }
  const least = out.rows * (scheduled?.perRound ?? 1);
  if (index.rows !== 1 || index.columns < least) {
    fail(`an index of ${least} rows`, `[${index.shape}]`);
  }
  const constants = { SCHEDULED: scheduled ? 1 : 0, FACTORS: factors ? 1 : 0 };
  const kernel = { name: "rows", source, entry: "gather", constants };
  let before = 0;
  for (const table of tables) {
    for (const { piece, start } of rowChunks(table)) {
      for (const { piece: here, start: from_row } of rowChunks(out)) {
        launch(gpu, kernel, {
          tensors: { a: piece, index, out: here, factors, schedule: scheduled?.schedule },
          params: {
            count: out.rows,
            here: here.rows,
            from_row,
            width4: out.pitch / 4,
            first: before + start,
            rows: piece.rows,
            per_round: scheduled?.perRound ?? 1,
          },
          invocations: [out.pitch / 4, here.rows],
        });
      }
    }
    before += table.rows;
  }
}

/**
 * Rows `index` (u32 [n]) of a → [n, columns]. The index lies on the GPU and is not checked: where
 * it is beyond the rows of a, nothing is written, and the row holds any numbers.
 */
export function takeRows(a: Tensor, index: Tensor): Tensor {
  expectTensors("take rows", { a: [a], index: [index, { dtype: "u32" }] });
  const out = empty(a.gpu, [index.columns, a.columns]);
  gatherRowsInto(out, { tables: [a], index });
  return withoutGradient("takeRows", out, [a]);
}

/**
 * cache[b, positions[b] + r] = a[b, r]: a [batch, count, d], cache [batch, n_ctx, d], positions u32
 * [batch].
 */
export function placeRowsInto(cache: Tensor, a: Tensor, positions: Tensor): void {
  const [batch, count, d] = a.shape, rows = cache.shape[1];
  expectTensors("place rows", {
    a: [a, { shape: [batch, count, d] }],
    cache: [cache, { shape: [batch, rows, d] }],
    positions: [positions, { dtype: "u32", shape: [batch] }],
  });
  const { gpu } = a;
  const size = Math.max(count, rows) * a.pitch;
  for (const [first, many] of sequenceChunks(gpu, "fill a cache", { batch, size })) {
    const part = rowSlice(a, first * count, many * count);
    const out = rowSlice(cache, first * rows, many * rows);
    launch(gpu, { name: "rows", source, entry: "place" }, {
      tensors: { a: part, index: positions, out },
      params: {
        count,
        here: part.rows,
        from_row: first,
        width4: a.pitch / 4,
        first: 0,
        rows,
        per_round: 1,
      },
      invocations: [a.pitch / 4, part.rows],
    });
  }
}

/**
 * Tensors of equal row count side by side: [rows, a], [rows, b], ... → [rows, a + b + ...]; widths
 * multiples of four.
 */
export function stackColumns(parts: Tensor[]): Tensor {
  const shape = stackedShape(parts);
  const out = empty(parts[0].gpu, shape);
  stackColumnsInto(out, parts);
  return withoutGradient("stackColumns", out, parts);
}

/** The same into the columns of `out`. */
export function stackColumnsInto(out: Tensor, parts: Tensor[]): void {
  const [rows, width] = stackedShape(parts);
  expectTensors("stack columns", { out: [out, { shape: [rows, width] }], part: [parts[0]] });
  let first = 0;
  for (const part of parts) {
    const width4 = part.pitch / 4;
    for (const { piece, start } of rowChunks(out)) {
      const here = piece.rows;
      launch(out.gpu, { name: "rows", source, entry: "stack" }, {
        tensors: { a: rowSlice(part, start, here), out: piece },
        params: { count: rows, here, from_row: 0, width4, first, rows: width / 4, per_round: 1 },
        invocations: [width4, here],
      });
    }
    first += width4;
  }
}

/** Throws where the parts do not stand side by side. */
function stackedShape(parts: Tensor[]): [number, number] {
  if (!Array.isArray(parts) || parts.length === 0) {
    throw new TypeError(
      `Cannot stack columns: expected a list of tensors but found ${show(parts)}: pass one or more`,
    );
  }
  expectTensors(
    "stack columns",
    Object.fromEntries(parts.map((part, i): [string, [Tensor]] => [`part ${i}`, [part]])),
  );
  const { rows } = parts[0];
  const narrow = parts.find((part) => part.columns % 4 !== 0 || part.rows !== rows);
  if (narrow) {
    throw new RangeError(
      `Cannot stack columns: expected ${rows} rows and widths that are multiples of four ` +
        `but found [${narrow.shape}]: pad the width`,
    );
  }
  return [rows, parts.reduce((sum, part) => sum + part.columns, 0)];
}
