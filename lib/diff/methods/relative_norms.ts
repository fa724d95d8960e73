/** Of which of two models is a latent? By the share of its decoder. @module */
import { type Crosscoder, unfold } from "../../crosscoder/coder.ts";

/**
 * n_other / (n_base + n_other) of each latent [d_sae]: n is the sum over a model's sites of the norms of
 * the latent's decoder rows, in the scaled activations that training saw, so that large sites do not
 * count for more; 1 is the other model's alone, 1/2 shared (Lindsey et al. 2024, "Sparse Crosscoders";
 * Kissane et al. 2024). NaN where the decoder is 0. A folded crosscoder of the models "base" and "other".
 */
export function relativeNorms(coder: Crosscoder): number[] {
  const { config: { sites, d_in, d_sae }, arrays: { W_dec: { data } } } = unfold(coder);
  return Array.from({ length: d_sae }, (_, latent) => {
    const norms = { base: 0, other: 0 };
    sites.forEach(({ model }, l) => {
      const at = (latent * sites.length + l) * d_in;
      const squares = data.subarray(at, at + d_in).reduce((sum, value) => sum + value * value, 0);
      norms[model as "base" | "other"] += Math.sqrt(squares);
    });
    return norms.other / (norms.base + norms.other);
  });
}
