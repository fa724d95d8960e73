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
  const kept = empty(z.gpu, z.shape), smallest = topKInto(kept, z, options);
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

/** The same into `kept`, shaped like z, unknown to a tape; returns `smallest`. */
export function topKInto(kept: Tensor, z: Tensor, options: TopKOptions): Tensor {
  const smallest = empty(z.gpu, [options.over === "all" ? 1 : z.rows]);
  if (options.over === "all") overAll(z, { kept, smallest }, options);
  else overRows(z, { kept, smallest }, options);
  return smallest;
}

/** Invocations of a workgroup, as in the kernel. */
const WG = 64;

type Results = { kept: Tensor; smallest: Tensor };
type Piece = { piece: Tensor; start: number };

function overAll(z: Tensor, { kept, smallest }: Results, options: TopKOptions): void {
  if (z.size > 2 ** 32) {
    throw new RangeError(
      `Cannot keep the k largest: expected at most 2^32 values but found ${z.size}: take a smaller batch`,
    );
  }
  const pieces = rowChunks(z);
  const parts = z.gpu.isCpu && pieces.length === 1 ? partsOf(z) : undefined;
  if (parts) return selectBatch(z, { ...options, kept, smallest }, parts);
  select(z, { ...options, pieces, kept, smallest });
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

/** Digits of a rank, a positive f32, from the top: 31 bits in all. */
const ROUNDS = [{ shift: 20, width: 11 }, { shift: 9, width: 11 }, { shift: 0, width: 9 }];

/** Digits that are told apart, as sides of as many (kernels/top_k_choice.wgsl). */
const SIDES = 32, SIDE = 64;

/** Over a whole batch, a digit of the rank that is sought in each round; then whoever is kept of that rank. */
function select(
  z: Tensor,
  { k, weights, pieces, kept, smallest }: TopKOptions & Results & { pieces: Piece[] },
): void {
  const { gpu } = z, ld = z.pitch / 4;
  // A strip beyond the end of a row costs a CPU adapter as much as one within it, and a barrier much.
  const STRIP = Math.min(16, Math.ceil(ld / WG)), ROWS = gpu.isCpu ? 16 : 1;
  const constants = {
    ...{ SIDES, SIDE, STRIP, ROWS },
    ...{ WEIGHTED: weights ? 1 : 0, SHARED: gpu.isCpu ? 0 : 1 },
  };
  const rounds = ROUNDS.length, chunks = Math.ceil(ld / (WG * STRIP));
  const bins = zeros(gpu, [rounds, SIDES * SIDE], "u32"),
    found = zeros(gpu, [rounds + 1, 4], "u32");
  const equals = empty(gpu, [z.rows * chunks], "u32");
  const run = (entry: "count" | "ties" | "keep", round: number) => {
    const { shift, width } = ROUNDS[round] ?? { shift: 0, width: 0 };
    const found_shift = ROUNDS[round - 1]?.shift ?? 0;
    for (const { piece, start } of pieces) {
      const out = kept.over([piece.rows, kept.columns], kept.offset + start * kept.pitch);
      launch(gpu, { name: "top_k", source: choiceSource + source, entry, constants }, {
        tensors: { z: piece, weights, bins, found, out, smallest, equals },
        params: {
          ...{ rows: piece.rows, row: start, ld, k },
          ...{ round, rounds, shift, width, found_shift },
        },
        invocations: [Math.ceil(ld / STRIP), Math.ceil(piece.rows / ROWS)],
      });
    }
  };
  for (let round = 0; round < rounds; round++) run("count", round);
  run("ties", rounds);
  run("keep", rounds);
  for (const tensor of [bins, found, equals]) tensor.release();
}
