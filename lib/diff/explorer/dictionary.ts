/** What an explorer shows of one crosscoder: norms, tokens that it writes, latents that are near. @module */
import { type Crosscoder, unfold } from "../../crosscoder/coder.ts";
import { logitLens } from "../../crosscoder/logit_lens.ts";
import type { Largest } from "../../crosscoder/largest.ts";
import { nearestLatents } from "../../crosscoder/nearest_latents.ts";
import type { LanguageModel } from "../../model/language_model.ts";

/** How many tokens, and how many latents, are listed. */
export const LENS = 8, NEAREST = 5;

/**
 * norms [d_sae · n_sites]: of decoder vectors, in units of each site's scale; lens [d_sae · 8], or why
 * there is none; nearest [d_sae · 5].
 */
export type Dictionary = { norms: Float32Array; lens: Largest | string; nearest: Largest };

/** Of a folded crosscoder; `model` is the one whose unembedding the lens takes. */
export async function describeDictionary(
  model: LanguageModel,
  coder: Crosscoder,
): Promise<Dictionary> {
  return {
    norms: siteNorms(coder),
    lens: await logitLens(model, coder, { k: LENS }),
    nearest: await nearestLatents(model.gpu, coder.arrays.W_dec, { k: NEAREST }),
  };
}

/** [d_sae · n_sites], in the scaled activations that training saw. */
function siteNorms(coder: Crosscoder): Float32Array {
  const { shape: [d_sae, n_sites, d_in], data } = unfold(coder).arrays.W_dec;
  return Float32Array.from({ length: d_sae * n_sites }, (_, row) => {
    let squares = 0;
    for (let i = row * d_in; i < (row + 1) * d_in; i++) squares += data[i] ** 2;
    return Math.sqrt(squares);
  });
}
