/** The crosscoder of two models as a table, one row a latent. @module */
import type { Vocabulary } from "../../data/vocabulary.ts";
import { topTokens } from "../stored/top_tokens.ts";
import type { CrossModel } from "../stored/cross_model_results.ts";
import { modelCosines, relativeNorms, type Side, sideOf } from "./relative_norms.ts";
import { type Target, targetOf } from "./relevance.ts";

/**
 * relative: share of the decoder's norm in the second model. cosine: between its vectors in the two
 * models. density: share of held-out tokens on which it fires. target: by the substring rule on its
 * top tokens on the run's examples.
 */
export type CrossRow = {
  latent: number;
  relative: number;
  side: Side;
  cosine: number;
  density: number;
  target?: Target;
};

/** The rows of latents that fire on held-out tokens, in their order. */
export function crossTable(
  { decoder, density, contexts }: CrossModel,
  { examples, vocabulary }: { examples: readonly number[][]; vocabulary: Vocabulary },
): CrossRow[] {
  const tokens = topTokens(contexts.top, { sequences: examples, vocabulary });
  const relative = relativeNorms(decoder), cosines = modelCosines(decoder);
  const rows = relative.map((share, latent) => ({
    latent,
    relative: share,
    side: sideOf(share),
    cosine: cosines[latent],
    density: density[latent],
    target: targetOf(tokens[latent]),
  }));
  return rows.filter(({ density }) => density > 0);
}
