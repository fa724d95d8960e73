/**
 * A crosscoder of both models: which of its latents are the other model's alone? BatchTopK (Minder et al.
 * 2025, arXiv 2504.02922), and the L1 of the first crosscoders (Lindsey et al. 2024, "Sparse Crosscoders"),
 * which invents latents of one model.
 *
 *   crosscoder, crosscoder-clean, crosscoder-l1   by relative norm of the decoder
 *   crosscoder-scaling                            by latent scaling: 1 − max(ν_ε, ν_r)
 * @module
 */
import { type AcrossModels, acrossModels } from "./across_models.ts";
import { latentScaling } from "./latent_scaling.ts";
import { relativeNorms } from "./relative_norms.ts";

const batchTopK = { kind: "crosscoder", source: "arXiv 2504.02922" };

/** By the share of the decoder that is the other model's. */
export const byNorm: AcrossModels["score"] = (coder) => Promise.resolve(relativeNorms(coder));

export const crosscoder = acrossModels("crosscoder", "Crosscoder of both models", {
  ...batchTopK,
  score: byNorm,
});
export const crosscoderScaling = acrossModels("crosscoder-scaling", "Crosscoder, latent scaling", {
  ...batchTopK,
  score: async (coder, { gpu, rows }) => {
    const { nu_eps, nu_r } = await latentScaling(gpu, coder, rows());
    return nu_eps.map((nu, i) => 1 - Math.max(nu, nu_r[i]));
  },
  products: 6, // encode, decode, and two of each of two models
});
export const crosscoderClean = acrossModels("crosscoder-clean", "Crosscoder, clean text", {
  ...batchTopK,
  score: byNorm,
  text: "base",
});
export const crosscoderL1 = acrossModels("crosscoder-l1", "Crosscoder, L1", {
  kind: "crosscoder-l1",
  source: "Lindsey et al. 2024, Sparse Crosscoders",
  score: byNorm,
  recipe: "l1",
});
