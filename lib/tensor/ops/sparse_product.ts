/**
 * Matrix products with a matrix that is mostly zero, such as the latents that a TopK keeps and
 * their gradient: only what is not zero is read. Without gradients; the bits are those of
 * matmul/product.ts.
 * @module
 */
import nonzeroSource from "../../../kernels/nonzero.wgsl" with { type: "text" };
import source from "../../../kernels/sparse_product.wgsl" with { type: "text" };
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { empty, type Tensor } from "../tensor.ts";
import { MOST_ITERATIONS } from "./grid.ts";

/** The places of a sparse tensor's values by row or by column; dispose of it when done. */
export type Nonzero = {
  by: "row" | "column";
  /** u32 [n], values of a row or a column. */
  count: Tensor;
  /** u32 [n, all], their columns or rows, rising, the first `count` of each row. */
  at: Tensor;
  [Symbol.dispose](): void;
};

/**
 * Whether products of latents `s` [rows, n] with rows of `width` values should go by lists: on a
 * CPU adapter, where they cost a tenth of a dense product at a twentieth of the values; a GPU's
 * dense product is the faster one. False where something exceeds a binding.
 */
export function sparsePays(s: Tensor, width: number): boolean {
  const { gpu } = s;
  const largest = Math.max(
    s.rows * Math.ceil(s.columns / 4) * 4,
    s.columns * Math.ceil(s.rows / 4) * 4,
    s.columns * width,
    s.rows * width,
  );
  return gpu.isCpu && 4 * largest <= gpu.maxBinding &&
    Math.max(s.rows, s.columns, width) < MOST_ITERATIONS / 2;
}

/** Lists what is not zero in s [rows, n]. */
export function nonzero(s: Tensor, by: "row" | "column"): Nonzero {
  const { gpu, rows, columns } = s;
  const [n, most] = by === "row" ? [rows, columns] : [columns, rows];
  const count = empty(gpu, [n], "u32"), at = empty(gpu, [n, most], "u32");
  launch(gpu, { name: "nonzero", source: nonzeroSource, entry: `by_${by}` }, {
    tensors: { [by === "row" ? "a" : "values"]: s, count, at },
    params: { rows, columns, ld: s.pitch / 4, most: at.pitch },
    invocations: n,
  });
  const release = () => [count, at].forEach((tensor) => tensor.release());
  return { by, count, at, [Symbol.dispose]: release };
}

/** A sparse tensor with its lists. */
export type Sparse = { s: Tensor; lists: Nonzero };

/** c [rows, width] = s b (+ bias [width]), lists by row, b [n, width]. */
export function sparseRowsInto(
  c: Tensor,
  { s, lists }: Sparse,
  { b, bias }: { b: Tensor; bias?: Tensor },
): void {
  expectSparse("row", { s, lists, c, b });
  const tensors = { S: s, B: b, bias, C: c };
  run("rows", lists, { tensors, n: s.rows, ...widths(s, b) });
}

/** c [n, width] (+)= sᵀ b, lists by column, b [rows, width]. */
export function sparseColumnsInto(
  c: Tensor,
  { s, lists }: Sparse,
  { b, accumulate = false }: { b: Tensor; accumulate?: boolean },
): void {
  expectSparse("column", { s, lists, c, b });
  const tensors = { S: s, B: b, C: c };
  run("columns", lists, { tensors, n: s.columns, ...widths(s, b), accumulate });
}

/** c [rows, n] += a bᵀ where s is not zero; lists by row, a [rows, width], b [n, width]. */
export function addSparsePlaces(
  c: Tensor,
  { s, lists }: Sparse,
  { a, b }: { a: Tensor; b: Tensor },
): void {
  expectSparse("row", { s, lists, c, b });
  const tensors = { A: a, B: b, C_each: c };
  run("places", lists, { tensors, n: s.rows, ...widths(s, b), across: 1 });
}

/** Invocations across a row of b, and the pitch of s in vec4f. */
const widths = (s: Tensor, b: Tensor) => ({ across: b.pitch / 4, ld_s: s.pitch / 4 });

function expectSparse(
  by: Nonzero["by"],
  { s, lists, c, b }: Sparse & { c: Tensor; b: Tensor },
): void {
  expectTensors("multiply sparsely", { s: [s], c: [c], b: [b] });
  if (lists.by === by) return;
  throw new TypeError(
    `Cannot multiply sparsely: expected the places by ${by} but found them by ${lists.by}: list them with ` +
      `nonzero(s, "${by}")`,
  );
}

function run(
  entry: "rows" | "columns" | "places",
  { count, at }: Nonzero,
  { tensors, n, across, ld_s, accumulate = false }: {
    tensors: Record<string, Tensor | undefined> & { B: Tensor };
    n: number;
    across: number;
    ld_s: number;
    accumulate?: boolean;
  },
): void {
  const { B, bias } = tensors;
  const constants = { BIAS: bias ? 1 : 0, ADD: accumulate ? 1 : 0 };
  launch(B.gpu, { name: "sparse_product", source, entry, constants }, {
    tensors: { ...tensors, count, at },
    params: { n, ld: B.pitch / 4, ld_s, most: at.pitch },
    invocations: [across, n],
  });
}
