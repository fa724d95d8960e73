/**
 * How long a proof of a model's loss would be that goes by the features of a dictionary, in FLOPs of
 * products, beside running the model on every token (bookkeeping after the compact proofs of Gross et
 * al. 2024, arXiv 2406.11779; this form is derived here).
 *
 *   brute force   2 N (P + d V)
 *   dictionary    N (2 n d + 2 d V) decode the last layer and unembed, 2 N n d decode the first layer,
 *                 2 F P each feature alone through all layers, 2 · pairs · P each pair that meets
 *
 * n features a token, F in all, P weights of the blocks, V tokens of the vocabulary. Whether the bound
 * at its end says anything is another question: nothing here speaks of how errors propagate.
 * @module
 */

/** Sizes of a model. */
export type ProofModel = { d_model: number; d_mlp: number; n_layers: number; d_vocab: number };

/** Sizes of a proof: `pairs` are those that have to be checked, co-active ones or all. */
export type ProofSizes = { tokens: number; d_sae: number; L0: number; pairs: number };

/** FLOPs; `layersOnly` leave the unembedding out of both. */
export type ProofLength = {
  bruteForce: number;
  claim: number;
  base: number;
  singles: number;
  pairs: number;
  total: number;
  /** total / bruteForce. */
  ratio: number;
  layersOnly: { bruteForce: number; total: number; ratio: number };
};

/** Weights of the blocks that tokens are multiplied with: four of attention, two of the MLP. */
export function blockWeights({ d_model, d_mlp, n_layers }: ProofModel): number {
  return n_layers * (4 * d_model * d_model + 2 * d_model * d_mlp);
}

/** The lengths of both proofs. */
export function proofLength(model: ProofModel, sizes: ProofSizes): ProofLength {
  const { tokens, d_sae, L0, pairs } = sizes, P = blockWeights(model);
  const unembed = model.d_model * model.d_vocab, decode = 2 * L0 * model.d_model;
  const singles = 2 * d_sae * P, pairwise = 2 * pairs * P;
  const bruteForce = 2 * tokens * (P + unembed);
  const claim = tokens * (decode + 2 * unembed), base = tokens * decode;
  const total = claim + base + singles + pairwise;
  const layers = { bruteForce: 2 * tokens * P, total: 2 * base + singles + pairwise };
  return {
    bruteForce,
    claim,
    base,
    singles,
    pairs: pairwise,
    total,
    ratio: total / bruteForce,
    layersOnly: { ...layers, ratio: layers.total / layers.bruteForce },
  };
}

/** The N from which on the dictionary's proof is shorter, layers only: (F + pairs) P / (P - 2 n d). */
export function breakEven(
  model: ProofModel,
  { d_sae, L0, pairs }: Omit<ProofSizes, "tokens">,
): number {
  const P = blockWeights(model), left = P - 2 * L0 * model.d_model;
  return left > 0 ? (d_sae + pairs) * P / left : Infinity;
}

/** Elementwise operations of all pairs where their contributions are kept: pairs · d_mlp · n_layers. */
export function cachedPairOperations({ d_mlp, n_layers }: ProofModel, pairs: number): number {
  return pairs * d_mlp * n_layers;
}
