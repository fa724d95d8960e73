/**
 * Checker: the rows of an evaluation's chain, each followed on its own, one vector at a time, and
 * what a computed product with a matrix is off by. The prover multiplies whole matrices.
 *
 * A sum of n products p, each rounded, in any order, is off by gamma_n sum |p| at most.
 * @module
 */
import type { MaxOfKModel } from "../max_of_k.ts";
import type { Evaluation } from "./evaluation.ts";

export const TINY = 2 ** -126, HUGE = 2 ** 120;
/** Above the roundings of the whole chain in float64, all of whose terms are positive. */
export const SLACK = 1 + 1e-11;

/** A row of the chain: an exact vector's size, and what its computed value is off by. */
export interface Row {
  value: Float64Array;
  size: Float64Array;
  error: Float64Array;
}

/** A row E[t] + P[i] and its projections. */
export type Errors = { model: MaxOfKModel; row: Row; query: Row; key: Row; content: Row };

/** E[t] + P[i] and its three projections. */
export function rowErrors(
  model: MaxOfKModel,
  t: number,
  { i, e }: { i: number; e: Evaluation },
): Errors {
  const { d_model: d } = model.config;
  const value = Float64Array.from(
    { length: d },
    (_, c) => model.W_E[t * d + c] + model.W_pos[i * d + c],
  );
  const size = value.map((x) => Math.abs(x) * SLACK);
  const row = { value, size, error: size.map((x) => e.round * x + 8 * TINY) };
  return {
    model,
    row,
    query: product(row, model.W_Q, e),
    key: product(row, model.W_K, e),
    content: product(row, model.W_V, e),
  };
}

/** gamma of a sum of n products whose inputs are rounded, with `more` errors on each. */
export function gamma(n: number, { round, input }: Evaluation, more = 0): number {
  const sum = n * round < 0.25 ? n * round / (1 - n * round) : Infinity;
  const all = [input, input, more].reduce((total, x) => total + x + total * x, sum);
  return all < 0.5 ? all : Infinity;
}

/** x W as a row: its exact value (nearly), its size, and the error of the computed one. */
export function product(x: Row, W: Float32Array, e: Evaluation): Row {
  const n = x.value.length, m = W.length / n;
  const value = new Float64Array(m), sums = new Float64Array(m), brought = new Float64Array(m);
  let total = 0;
  for (let c = 0; c < n; c++) {
    const computed = x.size[c] + x.error[c];
    total += computed;
    for (let j = 0; j < m; j++) {
      const w = W[c * m + j], size = Math.abs(w);
      value[j] += x.value[c] * w;
      sums[j] += computed * size;
      brought[j] += x.error[c] * size;
      total += size;
    }
  }
  const g = gamma(n, e), flushed = 64 * TINY * (n + total);
  return {
    value,
    size: value.map((y, j) => Math.abs(y) + 2 ** -40 * sums[j]),
    error: brought.map((b, j) => sums[j] < HUGE ? b + g * sums[j] + flushed : Infinity),
  };
}
