/** What an explorer shows of one crosscoder: norms, tokens that it writes, latents that are near. @module */
import type { Crosscoder } from "../coder.ts";
import { logitLens } from "../logit_lens.ts";
import type { Largest } from "../largest.ts";
import { nearestLatents } from "../nearest_latents.ts";
import { siteNorms } from "../site_profiles.ts";
import type { LanguageModel } from "../../model/language_model.ts";

/** How many tokens, and how many latents, are listed. */
export const LENS = 8, NEAREST = 5;

/**
 * norms [d_sae · n_sites]: of decoder vectors, in units of each site's scale; lens [d_sae · 8], or why
 * there is none; nearest [d_sae · 5].
 */
export type CoderViews = { norms: Float32Array; lens: Largest | string; nearest: Largest };

/** Of a folded crosscoder; `model` is the one whose unembedding the lens takes. */
export async function coderViews(
  model: LanguageModel,
  coder: Crosscoder,
): Promise<CoderViews> {
  const { config: { d_sae, scale }, arrays: { W_dec } } = coder;
  return {
    norms: Float32Array.from(
      Array.from({ length: d_sae }, (_, latent) => siteNorms(W_dec, latent, scale)).flat(),
    ),
    lens: await logitLens(model, coder, { k: LENS }),
    nearest: await nearestLatents(model.gpu, W_dec, { k: NEAREST }),
  };
}
