/** How often latents fire. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { topContexts } from "../../crosscoder/latents.ts";
import type { LanguageModel } from "../../model/language_model.ts";

/** Of each latent, on how many tokens it fires; and all tokens. */
export type Firing = { fired: number[]; n_tokens: number };

/** Runs a model over sequences and counts the latents of a crosscoder of it. */
export async function firingOf(
  model: LanguageModel,
  coder: Crosscoder,
  sequences: readonly Uint32Array[],
): Promise<Firing> {
  const { fired, n_tokens } = await topContexts(model, coder, sequences);
  return { fired, n_tokens };
}

/** The score where the latent fires, else NaN: what never fires is on no list. */
export function whereFiring({ fired }: Firing, scores: ArrayLike<number>): number[] {
  return fired.map((count, i) => count > 0 ? scores[i] : NaN);
}

/**
 * log of the rate in `after` over the rate in `before`, each with half a token added so that none is
 * 0. Latents that fire in neither are NaN.
 */
export function rateChange(before: Firing, after: Firing): number[] {
  const rate = ({ fired, n_tokens }: Firing, i: number) => (fired[i] + 0.5) / (n_tokens + 1);
  return before.fired.map((count, i) =>
    count + after.fired[i] === 0 ? NaN : Math.log(rate(after, i) / rate(before, i))
  );
}
