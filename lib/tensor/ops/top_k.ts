/**
 * The k largest positive values of each row or of a whole batch, by radix selection on the bits of
 * the numbers.
 * @module
 */
import source from "../../../kernels/top_k.wgsl" with { type: "text" };
import choiceSource from "../../../kernels/top_k_choice.wgsl" with { type: "text" };
import groupSource from "../../../kernels/top_k_group.wgsl" with { type: "text" };
import rowsSource from "../../../kernels/top_k_rows.wgsl" with { type: "text" };
import { exactly, expectForm, oneOf, whole } from "../../io/form.ts";
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
 * multiply the values for ranking alone.
 */
export type TopKOptions = { k: number; over: "row" | "all"; weights?: Tensor };

const OPTIONS = {
  k: whole(1),
  over: oneOf(["row", "all"] as const),
};

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
  const parts = z.gpu.isCpu && pieces.length === 1 ? partsOf(z) : undefined;
  if (parts) return selectBatch(z, { ...options, kept, smallest }, parts);
  select(z, { ...options, last, pieces, kept, smallest });
}

function overRows(z: Tensor, { kept, smallest }: Results, options: TopKOptions): void {
  const alone = z.gpu.isCpu && PASSES * z.pitch / 4 <= MOST_ITERATIONS;
  for (const { piece, start } of rowChunks(z, z.pitch + 4)) {
    const rows = piece.rows;
    const results = {
      kept: kept.over([rows, z.columns], kept.offset + start * z.pitch),
      smallest: smallest.over([rows], smallest.offset + start),
    };
    (alone ? selectRows : selectGroups)(piece, { ...options, ...results });
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

function selectGroups(z: Tensor, { k, weights, kept, smallest }: TopKOptions & Results): void {
  const constants = { WEIGHTED: weights ? 1 : 0 };
  launch(z.gpu, {
    name: "top_k_group",
    source: choiceSource + groupSource,
    entry: "main",
    constants,
  }, {
    tensors: { z, weights, out: kept, smallest },
    params: { rows: z.rows, ld: z.pitch / 4, k },
    workgroups: z.rows,
  });
}

/** Over a whole batch, a byte of what is sought in each round: four of the rank, then those of a place. */
function select(
  z: Tensor,
  { k, weights, last, pieces, kept, smallest }: TopKOptions & Results & {
    last: number;
    pieces: Piece[];
  },
): void {
  const { gpu } = z, ld = z.pitch / 4;
  const bytes = Math.ceil(Math.ceil(Math.log2(last + 1)) / 8);
  const rounds = [
    ...[24, 16, 8, 0].map((shift) => ({ index: 0, shift })),
    ...Array.from({ length: bytes }, (_, i) => ({ index: 1, shift: 8 * (bytes - 1 - i) })),
  ];
  const bins = zeros(gpu, [rounds.length, 256], "u32");
  const found = zeros(gpu, [rounds.length + 1, 4], "u32");
  // A strip beyond the end of a row costs a CPU adapter as much as one within it, and a barrier much.
  const STRIP = Math.min(16, Math.ceil(ld / WG)), ROWS = gpu.isCpu ? 16 : 1;
  const constants = { WEIGHTED: weights ? 1 : 0, STRIP, ROWS, SHARED: gpu.isCpu ? 0 : 1 };
  for (let round = 0; round <= rounds.length; round++) {
    const { index: INDEX, shift } = rounds[round] ?? { index: 0, shift: 0 };
    const { index: found_index, shift: found_shift } = rounds[round - 1] ?? { index: 0, shift: 0 };
    const entry = round < rounds.length ? "count" : "keep";
    for (const { piece, start } of pieces) {
      const out = entry === "keep"
        ? kept.over([piece.rows, kept.columns], kept.offset + start * kept.pitch)
        : undefined;
      launch(gpu, {
        name: "top_k",
        source: choiceSource + source,
        entry,
        constants: { ...constants, INDEX },
      }, {
        tensors: { z: piece, weights, bins, found, out, smallest },
        params: {
          ...{ rows: piece.rows, row: start, ld, k, last },
          ...{ round, rounds: rounds.length, shift, found_shift, found_index },
        },
        invocations: [Math.ceil(ld / STRIP), Math.ceil(piece.rows / ROWS)],
      });
    }
  }
  for (const tensor of [bins, found]) tensor.release();
}
