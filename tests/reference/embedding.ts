/**
 * Token and position embedding in float64: y[b, p] = W_E[ids[b, p]] + W_pos[p].
 *
 * @module
 */

export type EmbeddingOptions = {
  ids: ArrayLike<number>;
  /** Positions of one sequence; ids is [batch, pos]. */
  pos: number;
  d_model: number;
};

/** W_E [d_vocab, d_model], W_pos [n_ctx, d_model], ids [batch, pos] → [batch, pos, d_model]. */
export function embedding(
  W_E: ArrayLike<number>,
  W_pos: ArrayLike<number>,
  { ids, pos, d_model }: EmbeddingOptions,
): Float64Array {
  return Float64Array.from({ length: ids.length * d_model }, (_, i) => {
    const row = Math.floor(i / d_model);
    const column = i % d_model;
    return W_E[ids[row] * d_model + column] + W_pos[(row % pos) * d_model + column];
  });
}

/** grad_y [batch, pos, d_model] → grad_W_E, summed over repeated ids, and grad_W_pos, over batch. */
export function embeddingGrad(
  grad_y: ArrayLike<number>,
  { ids, pos, d_model, d_vocab, n_ctx }: EmbeddingOptions & { d_vocab: number; n_ctx: number },
) {
  const grad_W_E = new Float64Array(d_vocab * d_model);
  const grad_W_pos = new Float64Array(n_ctx * d_model);
  for (let i = 0; i < grad_y.length; i++) {
    const row = Math.floor(i / d_model);
    const column = i % d_model;
    grad_W_E[ids[row] * d_model + column] += grad_y[i];
    grad_W_pos[(row % pos) * d_model + column] += grad_y[i];
  }
  return { grad_W_E, grad_W_pos };
}
