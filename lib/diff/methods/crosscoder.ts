/**
 * A crosscoder of both models: which of its latents are the other model's alone? BatchTopK (Minder et al.
 * 2025, arXiv 2504.02922), and the L1 of the first crosscoders (Lindsey et al. 2024, "Sparse Crosscoders"),
 * which invents latents of one model.
 *
 *   crosscoder, crosscoder-clean, crosscoder-l1   by relative norm of the decoder
 *   crosscoder-scaling                            by latent scaling: 1 − max(|ν_ε|, |ν_r|)
 * @module
 */
import { normVectors, relativeNorm } from "../stages/relative_norms.ts";
import { type AcrossModels, acrossModels } from "./across_models.ts";
import { type LatentScaling, latentScaling } from "./latent_scaling.ts";

const batchTopK = { kind: "crosscoder", source: "arXiv 2504.02922" };

/** By the share of the decoder that is the other model's, in the units that training saw; NaN where it is 0. */
export const byNorm: AcrossModels["score"] = ({ config: { sites, scale }, arrays: { W_dec } }) => {
  const norms = normVectors({ W_dec, sites, models: ["base", "other"], scale });
  const some = (own: number[]) => own.some((norm) => norm > 0);
  return Promise.resolve(norms.map((own) => some(own) ? relativeNorm(own) : NaN));
};

/**
 * 1 − max(|ν_ε|, |ν_r|), so that 1 is the other model's alone: both of a latent's quotients are near 0 there.
 * A large one of either sign says that the other model hardly has it.
 */
export function scalingScores({ nu_eps, nu_r }: LatentScaling): number[] {
  return nu_eps.map((nu, i) => 1 - Math.max(Math.abs(nu), Math.abs(nu_r[i])));
}

export const crosscoder = acrossModels("crosscoder", "Crosscoder of both models", {
  ...batchTopK,
  score: byNorm,
});
export const crosscoderScaling = acrossModels("crosscoder-scaling", "Crosscoder, latent scaling", {
  ...batchTopK,
  score: async (coder, { gpu, rows }) => scalingScores(await latentScaling(gpu, coder, rows())),
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
