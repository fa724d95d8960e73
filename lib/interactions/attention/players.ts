/**
 * One block's attention over one part of a text, split into its players: at each token the query
 * and the key are a sum over active features, a bias (the crosscoder's b_dec beside the block's
 * own) and the error node, what the crosscoder does not reconstruct.
 *
 *   q = Σ_i f_i d_i W_Q + (b_dec W_Q + b_Q) + ε W_Q,   k alike with W_K,   v = x W_V + b_V
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import { attentionPattern } from "../../tensor/ops/attention_pattern.ts";
import { subtract } from "../../tensor/ops/arithmetic.ts";
import { productInto } from "../../tensor/ops/matmul/product.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { nonzero, sparsePays, sparseRowsInto } from "../../tensor/ops/sparse_product.ts";
import { view } from "../../tensor/ops/reshape.ts";
import { empty, type Tensor, upload } from "../../tensor/tensor.ts";
import { expectTensors } from "../../tensor/expect.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import type { TextPart } from "../../crosscoder/text_parts.ts";
import type { AttentionWeights } from "./weights.ts";

/** Queries or keys by what they are made of: features and error [tokens, width], bias [width]. */
export type Split = { feature: Tensor; bias: Tensor; error: Tensor };

/**
 * A part of `batch` sequences of `pos` tokens. acts [tokens, d_sae]; q, k, v [tokens,
 * n_heads · d_head]; scores (−∞ where the mask hides a key) and
 * pattern [batch, n_heads, pos, pos]. Dispose of it when done; the weights stay their maker's.
 */
export type AttentionPlayers =
  & {
    gpu: Gpu;
    weights: AttentionWeights;
    batch: number;
    pos: number;
    tokens: number;
    active: ActiveLatents;
    query: Split;
    key: Split;
  }
  & Record<"acts" | "q" | "k" | "v" | "scores" | "pattern", Tensor>
  & Disposable;

/** The players of one part of a text (see `textParts`) at the block of `weights`. */
export function attentionPlayers(
  weights: AttentionWeights,
  part: Pick<TextPart, "pos" | "active"> & { x: readonly Tensor[] },
): AttentionPlayers {
  const { heads, gpu, site } = weights, { pos, active } = part, { tokens, d_sae } = active;
  const batch = tokens / pos, x = part.x[site];
  const width = heads.n_heads * heads.d_head;
  expectTensors("split attention into its players", {
    "activations of the block's site": [x, { shape: [tokens, heads.d_model] }],
    "decoder times W_Q": [weights.Q, { shape: [d_sae, width] }],
  }, "take the text and the weights of one crosscoder");
  using owned = new DisposableStack();
  const own = (tensor: Tensor) => owned.use(tensor);
  const acts = own(upload(gpu, { shape: [tokens, d_sae], data: denseActs(active) }));
  using lists = sparsePays(acts, Math.max(width, heads.d_model)) ? nonzero(acts, "row") : undefined;
  const decoded = (b: Tensor, bias?: Tensor) => {
    const sum = empty(gpu, [tokens, b.columns]);
    if (lists) sparseRowsInto(sum, { s: acts, lists }, { b, bias });
    else productInto("NN", { a: acts, b, c: sum }, { bias });
    return sum;
  };
  using x_hat = decoded(weights.W_dec, weights.b_dec);
  using error = subtract(x, x_hat);
  const project = (W: Tensor, bias: Tensor) => {
    const out = own(empty(gpu, [tokens, width]));
    productInto("NN", { a: x, b: W, c: out }, { bias });
    return out;
  };
  const split = (of_decoder: Tensor, W: Tensor, bias: Tensor): Split => ({
    feature: own(decoded(of_decoder)),
    bias,
    error: own(matmul(error, W)),
  });
  const [q, k, v] = [
    project(weights.W_Q, weights.b_Q),
    project(weights.W_K, weights.b_K),
    project(weights.W_V, weights.b_V),
  ];
  const [q3, k3] = [q, k].map((t) => view(t, [batch, pos, width]));
  const options = { n_heads: heads.n_heads, window: heads.window };
  const { scores, pattern } = attentionPattern(q3, k3, options);
  own(scores);
  own(pattern);
  const query = split(weights.Q, weights.W_Q, weights.q_0);
  const key = split(weights.K, weights.W_K, weights.k_0);
  const kept = owned.move();
  return {
    gpu,
    weights,
    batch,
    pos,
    tokens,
    active,
    acts,
    query,
    key,
    q,
    k,
    v,
    scores,
    pattern,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/** Active latents as rows [tokens, d_sae]. */
function denseActs({ tokens, d_sae, start, latent, act }: ActiveLatents): Float32Array {
  const acts = new Float32Array(tokens * d_sae);
  for (let t = 0; t < tokens; t++) {
    for (let e = start[t]; e < start[t + 1]; e++) acts[t * d_sae + latent[e]] = act[e];
  }
  return acts;
}
