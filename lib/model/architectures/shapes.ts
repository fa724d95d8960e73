/** The shapes of the parameters that an architecture names by TransformerLens' words. @module */
import type { ModelNames, NormNames } from "../architecture.ts";

/**
 * Widths and counts; `d_q` and `d_kv` are those of the queries and of the keys and values of all
 * heads, d_model by default.
 */
export type Sizes = {
  d_vocab: number;
  d_model: number;
  d_mlp: number;
  n_ctx: number;
  d_q?: number;
  d_kv?: number;
};

/** The shape of every parameter by its name, in the order of the computation. */
export function namedShapes(
  { W_E, W_pos, blocks, ln_final, W_U, b_U }: ModelNames,
  { d_vocab, d_model, d_mlp, n_ctx, d_q = d_model, d_kv = d_model }: Sizes,
): Record<string, number[]> {
  const shapes: Record<string, number[]> = {};
  const put = (name: string | undefined, shape: number[]) => {
    if (name !== undefined) shapes[name] = shape;
  };
  const norm = ({ w, b }: NormNames) => [w, b].forEach((name) => put(name, [d_model]));
  put(W_E, [d_vocab, d_model]);
  put(W_pos, [n_ctx, d_model]);
  for (const block of blocks) {
    norm(block.ln1);
    put(block.W_Q, [d_q, d_model]);
    put(block.W_K, [d_kv, d_model]);
    put(block.W_V, [d_kv, d_model]);
    put(block.b_Q, [d_q]);
    put(block.b_K, [d_kv]);
    put(block.b_V, [d_kv]);
    put(block.W_O, [d_model, d_q]);
    put(block.b_O, [d_model]);
    norm(block.ln2);
    put(block.W_gate, [d_mlp, d_model]);
    put(block.b_gate, [d_mlp]);
    put(block.W_in, [d_mlp, d_model]);
    put(block.b_in, [d_mlp]);
    put(block.W_out, [d_model, d_mlp]);
    put(block.b_out, [d_model]);
  }
  norm(ln_final);
  put(W_U, [d_vocab, d_model]);
  put(b_U, [d_vocab]);
  return shapes;
}
