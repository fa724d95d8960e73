/**
 * A float32 evaluation of one sequence, step by step on the CPU: the chain of classes.ts with its
 * liberties given as functions. What a class allows can so be tried; a proof rests on the widths.
 * @module
 */
import type { MaxOfKModel } from "../max_of_k.ts";

/** How one evaluation computes. Numbers in and out are float32 values. */
export interface Evaluator {
  /** The sum of the products a[n] b[n], each rounded or fused, in an order of its own. */
  dot(a: ArrayLike<number>, b: ArrayLike<number>): number;
  /** The sum of numbers, in an order of its own. */
  sum(a: ArrayLike<number>): number;
  /** a + b, a - b, rounded. */
  plus(a: number, b: number): number;
  /** e^x in the evaluation's arithmetic. */
  exp(x: number): number;
  /** A quotient in the evaluation's arithmetic. */
  divide(a: number, b: number): number;
  /** A score from its dot product, times 1 / sqrt(d_head). */
  scale(x: number, d_head: number): number;
  /** Whether the softmax subtracts the largest score. */
  subtractsLargest: boolean;
}

/** The logits of a sequence at its last position, [v]. */
export function evaluateLogits(
  model: MaxOfKModel,
  tokens: readonly number[],
  by: Evaluator,
): Float64Array {
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = model.config;
  const rows = tokens.map((t, i) =>
    vector(d, (c) => by.plus(model.W_E[t * d + c], model.W_pos[i * d + c]))
  );
  const project = (x: Float64Array, W: Float32Array, cols: number) => {
    const columns = columnsOf(W, cols);
    return vector(cols, (j) => by.dot(x, columns[j]));
  };
  const query = project(rows[K - 1], model.W_Q, h);
  const scores = rows.map((r) => by.scale(by.dot(query, project(r, model.W_K, h)), h));
  const most = Math.max(...scores);
  const weights = scores.map((s) => by.exp(by.subtractsLargest ? by.plus(s, -most) : s));
  const total = by.sum(weights);
  const pattern = weights.map((w) => by.divide(w, total));
  const values = rows.map((r) => project(r, model.W_V, h));
  const z = vector(h, (j) => by.dot(pattern, values.map((value) => value[j])));
  const o = project(z, model.W_O, d);
  const f = vector(d, (c) => by.plus(rows[K - 1][c], o[c]));
  return project(f, model.W_U, v);
}

/** The largest wrong logit minus that of the sequence's maximum: below 0 where the answer is right. */
export function wrongBy(logits: ArrayLike<number>, tokens: readonly number[]): number {
  const m = Math.max(...tokens);
  let most = -Infinity;
  for (let x = 0; x < logits.length; x++) {
    if (x !== m && !(logits[x] <= most)) most = logits[x];
  }
  return most - logits[m];
}

function vector(length: number, at: (n: number) => number): Float64Array {
  return Float64Array.from({ length }, (_, n) => at(n));
}

const columnsKept = new WeakMap<Float32Array, Float64Array[]>();

/** The columns of a matrix, kept: evaluations take the same ones again and again. */
function columnsOf(W: Float32Array, cols: number): Float64Array[] {
  let columns = columnsKept.get(W);
  if (columns === undefined || columns.length !== cols) {
    columns = Array.from(
      { length: cols },
      (_, j) => vector(W.length / cols, (c) => W[c * cols + j]),
    );
    columnsKept.set(W, columns);
  }
  return columns;
}
