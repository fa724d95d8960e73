/** Which latents are the backdoor's, by the published rule on their top tokens. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { topContexts } from "../../crosscoder/latents.ts";
import type { Vocabulary } from "../../data/vocabulary.ts";
import { topTokens } from "../../diff/stored/top_tokens.ts";
import { type Target, targetOf } from "../../diff/stages/relevance.ts";
import type { LanguageModel } from "../../model/language_model.ts";

/** What the five strongest tokens of a latent spell, and whether it fires at all. */
export type LatentLabel = { tokens: string[]; target?: Target; fires: boolean };

/** The labels of all latents on `text`, read through the model. */
export async function latentLabels(
  model: LanguageModel,
  coder: Crosscoder,
  { text, vocabulary }: { text: readonly Uint32Array[]; vocabulary: Vocabulary },
): Promise<LatentLabel[]> {
  const { top, fired } = await topContexts(model, coder, text);
  return topTokens(top, { sequences: text, vocabulary })
    .map((tokens, latent) => ({ tokens, target: targetOf(tokens), fires: fired[latent] > 0 }));
}
