/**
 * The k largest positive values of each row or of a whole batch, by radix selection on the bits of
 * the numbers.
 * @module
 */
import source from "../../../kernels/top_k.wgsl" with { type: "text" };
import rowsSource from "../../../kernels/top_k_rows.wgsl" with { type: "text" };
import { exactly, expectForm, flag, maybe, oneOf, whole } from "../../io/form.ts";
import { contributeShared } from "../contribute.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { MOST_ITERATIONS } from "./grid.ts";
import { differentiable, withoutGradient } from "../tape.ts";
import { empty, type Tensor, zeros } from "../tensor.ts";
import { rowChunks } from "../views.ts";
import { partsOf, selectBatch } from "./top_k_batch.ts";
import { keptGradientInto } from "./unary.ts";

/**
 * `over` "row": k of each row; "all": k of the whole tensor. `weights` [columns], none negative,
 * multiply the values for ranking alone. `shared`: counts of digits meet in a workgroup's memory
 * first, by default on a GPU; a CPU adapter takes rows one by one instead, unless it is given.
 */
export type TopKOptions = { k: number; over: "row" | "all"; weights?: Tensor; shared?: boolean };

const OPTIONS = {
  k: whole(1),
  over: oneOf(["row", "all"] as const),
  shared: maybe(flag),
};

/** Rows of a piece where each row counts for itself, so that the counts stay small. */
const MOST_ROWS = 16_384;

/** Bytes of the counts of a row: 256 of them. */
const BINS = 1024;

/**
 * z [rows, n] → the k largest of its positive values, the rest 0, and `smallest` [rows], or [1]
 * over all: the smallest rank that was kept, 0 where nothing was. Of equal ranks the first ones are
 * kept; a NaN is kept. z gets the gradient of what was kept, the weights none.
 */
export function topK(z: Tensor, options: TopKOptions): { kept: Tensor; smallest: Tensor } {
  const { weights, ...plain } = options;
  expectForm("keep the k largest", plain, exactly(OPTIONS));
  expectTensors("keep the k largest", {
    z: [z],
    ...(weights && { weights: [weights, { row: z.columns }] }),
  });
  const kept = empty(z.gpu, z.shape);
  const smallest = empty(z.gpu, [options.over === "all" ? 1 : z.rows]);
  if (options.over === "all") overAll(z, { kept, smallest }, options);
  else overRows(z, { kept, smallest }, options);
  withoutGradient("the smallest of topK", smallest, [z]);
  differentiable(kept, [z], {
    readsResult: true,
    backward: (grad) => {
      const own = empty(z.gpu, z.shape);
      keptGradientInto(own, { acts: kept, grad });
      contributeShared(z, own);
      own.release();
    },
  });
  return { kept, smallest };
}

/** Invocations of a workgroup, as in the kernel. */
const WG = 64;

type Results = { kept: Tensor; smallest: Tensor };
type Piece = { piece: Tensor; start: number };

function overAll(z: Tensor, { kept, smallest }: Results, options: TopKOptions): void {
  const last = z.size - 1;
  if (last >= 2 ** 32) {
    throw new RangeError(
      `Cannot keep the k largest: expected at most 2^32 values but found ${z.size}: take a smaller batch`,
    );
  }
  const pieces = rowChunks(z);
  const parts = z.gpu.isCpu && options.shared === undefined && pieces.length === 1
    ? partsOf(z)
    : undefined;
  if (parts) return selectBatch(z, { ...options, kept, smallest }, parts);
  select(z, { ...options, last, segments: 1, pieces, kept, smallest });
}

function overRows(z: Tensor, { kept, smallest }: Results, options: TopKOptions): void {
  const most = Math.min(MOST_ROWS, Math.floor(z.gpu.maxBinding / BINS));
  const alone = z.gpu.isCpu && options.shared === undefined &&
    PASSES * z.pitch / 4 <= MOST_ITERATIONS;
  for (const { piece, start } of rowChunks(z, z.pitch + 4, most)) {
    const rows = piece.rows;
    const results = {
      kept: kept.over([rows, z.columns], kept.offset + start * z.pitch),
      smallest: smallest.over([rows], smallest.offset + start),
    };
    if (alone) selectRows(piece, { ...options, ...results });
    else {
      const pieces = [{ piece, start: 0 }];
      select(piece, { ...options, last: z.pitch - 1, segments: rows, pieces, ...results });
    }
  }
}

/** How often an invocation that has a row to itself goes through it, and a few turns more. */
const PASSES = 36;

function selectRows(z: Tensor, { k, weights, kept, smallest }: TopKOptions & Results): void {
  const constants = { WEIGHTED: weights ? 1 : 0 };
  const most = z.pitch + 4, listed = empty(z.gpu, [z.rows, most], "u32");
  launch(z.gpu, { name: "top_k_rows", source: rowsSource, entry: "main", constants }, {
    tensors: { z, weights, out: kept, smallest, listed },
    params: { rows: z.rows, ld: z.pitch / 4, k, most },
    invocations: z.rows,
  });
  listed.release();
}

function select(
  z: Tensor,
  { k, over, weights, shared = !z.gpu.isCpu, last, segments, pieces, kept, smallest }:
    & TopKOptions
    & Results
    & { last: number; segments: number; pieces: Piece[] },
): void {
  const { gpu } = z;
  const bins = zeros(gpu, [segments, 256], "u32"), found = zeros(gpu, [segments, 4], "u32");
  // A strip beyond the end of a row costs a CPU adapter as much as one within it.
  const strip = Math.min(over === "all" ? 16 : 4, Math.ceil(z.pitch / 4 / WG));
  const base = { WEIGHTED: weights ? 1 : 0, ALL: over === "all" ? 1 : 0, STRIP: strip };
  const run = (
    entry: string,
    constants: Record<string, number>,
    { shift = 0, rows, row = 0, across, ...tensors }: {
      shift?: number;
      rows?: number;
      row?: number;
      across?: number;
      z?: Tensor;
      out?: Tensor;
      smallest?: Tensor;
    },
  ) =>
    launch(gpu, { name: "top_k", source, entry, constants: { ...base, ...constants } }, {
      tensors: { ...tensors, weights, bins, found },
      params: { rows: rows ?? segments, row, ld: z.pitch / 4, shift, k, last, segments },
      invocations: across === undefined ? segments : [across, rows!],
    });
  const across = Math.ceil(z.pitch / 4 / strip);
  const each = (entry: string, constants: Record<string, number>, shift = 0) => {
    for (const { piece, start } of pieces) {
      const out = entry === "keep"
        ? kept.over([piece.rows, kept.columns], kept.offset + start * kept.pitch)
        : undefined;
      run(entry, constants, { z: piece, out, rows: piece.rows, row: start, across, shift });
    }
  };
  const digits = (bits: number) => Math.ceil(bits / 8);
  for (let digit = 3; digit >= 0; digit--) {
    const shift = 8 * digit;
    each("count", { INDEX: 0, SHARED: shared ? 1 : 0 }, shift);
    run("choose", { INDEX: 0, FIRST: digit === 3 ? 1 : 0 }, { shift });
  }
  // The highest digit of a place is compared with nothing above it: found.y begins at 0, and so do
  // the bits above it.
  for (let digit = digits(Math.ceil(Math.log2(last + 1))) - 1; digit >= 0; digit--) {
    const shift = 8 * digit;
    each("count", { INDEX: 1, SHARED: shared ? 1 : 0 }, shift);
    run("choose", { INDEX: 1 }, { shift });
  }
  each("keep", {});
  run("smallest_kept", {}, { smallest });
  for (const tensor of [bins, found]) tensor.release();
}
