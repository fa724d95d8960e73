/**
 * The chain of an evaluation: its rows, and what a computed product of them is off by.
 * @module
 */
import type { IntervalMatrix } from "../arithmetic/interval_matrix.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import type { Flops } from "../tables/flops.ts";
import type { EvaluationClass } from "./classes.ts";
import {
  eachSize,
  plusSizes,
  roundings,
  type Sizes,
  timesSizes,
  TINY,
  together,
  totalSize,
} from "./sizes.ts";

/** What the widths of one model are made from. */
export interface Chain {
  model: MaxOfKModel;
  errors: EvaluationClass;
  flops: Flops;
  /** E[t] + P[i], row i * v + t. */
  rows: IntervalMatrix;
  /** Bounds of the computed rows, and of their errors. */
  computed: Sizes;
  rowError: Sizes;
  /** Products with exact matrices, counted. */
  times(a: IntervalMatrix, b: IntervalMatrix): IntervalMatrix;
}

/** From here on a sum could overflow. */
export const LARGEST = 2 ** 120;

/**
 * New error of computed products: rows a of at most `size` times a matrix W of these sizes, inputs
 * rounded, any order, `further` errors on each product. Flushed numbers come on top, TINY for each
 * that goes in or out.
 */
export function productError(
  size: Sizes,
  W: Sizes,
  { errors: { round, input }, flops }: Pick<Chain, "errors" | "flops">,
  further = 0,
): Sizes {
  const n = size.cols;
  const relative = together(roundings(n, round), input, input, further);
  const sums = timesSizes(size, W, flops);
  const flushed = 64 * TINY * (n + totalSize(size) + totalSize(W));
  return eachSize(
    [sums],
    (s) => s < LARGEST && relative < 0.5 ? relative * s + flushed : Infinity,
    flops,
  );
}

/** Error of r W for every row: what the rounded row brings, and the product itself. */
export function projectionError(chain: Chain, W: Sizes): Sizes {
  const { rowError, computed, flops } = chain;
  const brought = timesSizes(rowError, W, flops);
  return plusSizes(flops, brought, productError(computed, W, chain));
}
