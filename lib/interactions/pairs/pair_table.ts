/**
 * Tables over pairs on the device: sums of scores over instances, part after part of a text, without
 * a lost update and the same bits every time. A table has a row a pair of a list, or latents² rows.
 * @module
 */
import source from "../../../kernels/interactions/pair_table.wgsl" with { type: "text" };
import type { Gpu } from "../../gpu/gpu.ts";
import { expectTensors } from "../../tensor/expect.ts";
import { launch } from "../../tensor/launch.ts";
import { MOST_ITERATIONS } from "../../tensor/ops/grid.ts";
import { readTensors } from "../../tensor/read.ts";
import { type Tensor, uploadIds, zeros } from "../../tensor/tensor.ts";
import { rowSlice } from "../../tensor/views.ts";
import { concatenated } from "../arrays.ts";
import { pieces } from "./pieces.ts";

/** A table in pieces of `most` rows, each within a binding. Dispose of it when done. */
export type PairTable = {
  gpu: Gpu;
  rows: number;
  most: number;
  parts: Tensor[];
  [Symbol.dispose](): void;
};

/** Σ|v|, Σ v and max|v| of every row, and how many instances it has, [rows]. */
export type TableValues = {
  sum: Float32Array;
  signed: Float32Array;
  max: Float32Array;
  count: Uint32Array;
};

/** A table of zeros. */
export function createPairTable(gpu: Gpu, rows: number): PairTable {
  const most = Math.max(1, Math.floor(gpu.maxBinding / 16));
  using owned = new DisposableStack();
  const parts = pieces(rows, most).map(([from, to]) => owned.use(zeros(gpu, [to - from, 4])));
  const kept = owned.move();
  return { gpu, rows, most, parts, [Symbol.dispose]: () => kept.dispose() };
}

/**
 * Adds values [instances], each to its row of the table. Throws on a row beyond the table, and where
 * there is not one row for each value.
 */
export function addToTable(
  { gpu, rows, most, parts }: PairTable,
  { values, rows: at }: { values: Tensor; rows: Uint32Array },
): void {
  expectTensors(ACTION, { values: [values, { shape: [at.length] }] }, "pass a row for each value");
  const beyond = at.find((row) => row >= rows);
  if (beyond !== undefined) {
    throw new RangeError(
      `Cannot ${ACTION}: expected rows below ${rows} but found ${beyond}: make the table as large as the list of pairs`,
    );
  }
  // A launch has no more instances than one invocation may take, should all be of one pair.
  const together = Math.min(MOST_ITERATIONS, Math.floor(gpu.maxBinding / 16));
  for (const [from, to] of pieces(at.length, together)) {
    const { order, segments } = segmentsOf(at.subarray(from, to));
    using orderOn = uploadIds(gpu, [order.length], order.map((n) => from + n));
    using segmentsOn = uploadIds(gpu, [segments.length], segments);
    const rowOf = (segment: number) => segments[4 * segment];
    for (let first = 0, count = segments.length / 4; first < count;) {
      const piece = Math.floor(rowOf(first) / most);
      let end = first;
      while (end < count && Math.floor(rowOf(end) / most) === piece) end++;
      launch(gpu, { name: "interactions/pair_table", source, entry: "main" }, {
        tensors: { values, order: orderOn, segments: segmentsOn, table: parts[piece] },
        params: { first, end, base: piece * most },
        invocations: end - first,
      });
      first = end;
    }
  }
}

const ACTION = "add to a table of pairs";

/** Instances sorted by row, equal ones as they stand, and where each row begins and ends. */
function segmentsOf(rows: Uint32Array): { order: Uint32Array; segments: Uint32Array } {
  // Both numbers in one float64: rows stay below 2^32 and places below 2^16.
  const keys = Float64Array.from(rows, (row, n) => row * 2 ** 16 + n).sort();
  const order = Uint32Array.from(keys, (key) => key % 2 ** 16);
  const segments: number[] = [];
  order.forEach((n, place) => {
    if (segments.at(-4) === rows[n]) segments[segments.length - 2] = place + 1;
    else segments.push(rows[n], place, place + 1, 0);
  });
  return { order, segments: Uint32Array.from(segments) };
}

/** The table on the CPU. */
export async function readTable({ parts }: PairTable): Promise<TableValues> {
  const all = concatenated(await readTensors(parts.map((part) => rowSlice(part, 0, part.rows))));
  const column = (c: number) => all.filter((_, at) => at % 4 === c);
  return {
    sum: column(0),
    signed: column(1),
    max: column(2),
    count: Uint32Array.from(column(3)),
  };
}
