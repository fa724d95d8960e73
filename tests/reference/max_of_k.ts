/**
 * A Max-of-K model's logits in plain float64, straight from the weights.
 * @module
 */
import type { MaxOfKModel } from "../../lib/proofs/max_of_k.ts";

/** tokens [K] → logits at the last position, [v]. */
export function maxOfKLogits(model: MaxOfKModel, tokens: readonly number[]): Float64Array {
  const { d_vocab: v, d_model: d, d_head, n_ctx: K } = model.config;
  const x = tokens.map((t, i) =>
    Float64Array.from({ length: d }, (_, c) => model.W_E[t * d + c] + model.W_pos[i * d + c])
  );
  const apply = (row: Float64Array, W: Float32Array, cols: number) =>
    Float64Array.from({ length: cols }, (_, c) => {
      let sum = 0;
      for (let r = 0; r < row.length; r++) sum += row[r] * W[r * cols + c];
      return sum;
    });
  const query = apply(x[K - 1], model.W_Q, d_head);
  const scores = x.map((row) => {
    const key = apply(row, model.W_K, d_head);
    return key.reduce((sum, k, c) => sum + k * query[c], 0) / Math.sqrt(d_head);
  });
  const top = Math.max(...scores);
  const weights = scores.map((s) => Math.exp(s - top));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mixed = new Float64Array(d);
  x.forEach((row, i) => row.forEach((value, c) => mixed[c] += value * weights[i] / total));
  const attended = apply(apply(mixed, model.W_V, d_head), model.W_O, d);
  return apply(attended.map((value, c) => value + x[K - 1][c]), model.W_U, v);
}
