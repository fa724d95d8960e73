/** How much of what MLPs add is interaction of a dictionary's latents, in a few numbers a block. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { rowNorms } from "../arrays.ts";
import { neuronScores } from "../pairs/neuron_scores.ts";
import { mlpOf, mlpSites } from "../players/mlp.ts";
import { makePlayers } from "../players/players.ts";
import { textParts } from "../../crosscoder/text_parts.ts";

/** What a block's neurons make of a dictionary's latents, means over tokens. */
export type BlockInteraction = {
  layer: number;
  /** max |a| / Σ |a| of a neuron. */
  dominantShare: number;
  /** ‖R‖ / ‖MLP(x) − MLP without the latents‖, the mean of quotients, and ‖R‖. */
  interactionShare: number;
  R: number;
  /** Σ_k ‖w_out,k‖ |E_k|. */
  excess: number;
};

/**
 * Interactions at every MLP that is a site of a folded dictionary. Throws where no active latent does
 * anything at one of them.
 */
export async function blockInteractions(
  model: LanguageModel,
  coder: Crosscoder,
  text: readonly ArrayLike<number>[],
): Promise<BlockInteraction[]> {
  const sites = mlpSites(model, coder);
  const mlps = [];
  for (const { layer } of sites) mlps.push(await mlpOf(model, layer));
  const sums = sites.map(() => ({ share: 0, neurons: 0, quotient: 0, R: 0, excess: 0, tokens: 0 }));
  for await (const part of textParts(model, coder, text)) {
    for (const [b, { site }] of sites.entries()) {
      using players = makePlayers(model.gpu, { mlp: mlps[b], coder, site, part });
      const found = await neuronScores(players), sum = sums[b];
      const norms = (values: Float32Array) => rowNorms(values, found.tokens);
      const R = norms(found.R), effect = norms(found.effect);
      sum.share += total(found.sums.share);
      sum.neurons += total(found.sums.neurons);
      sum.excess += total(found.sums.excess);
      for (let t = 0; t < found.tokens; t++) {
        if (!(effect[t] > 0)) continue;
        sum.R += R[t];
        sum.quotient += R[t] / effect[t];
        sum.tokens++;
      }
    }
  }
  const idle = sums.findIndex(({ tokens }) => tokens === 0);
  if (idle >= 0) {
    throw new RangeError(
      `Cannot measure interactions of block ${
        sites[idle].layer
      }: expected active latents that do ` +
        "something but found none on this text: take a longer text, or a dictionary that is not dead",
    );
  }
  return sums.map(({ share, neurons, quotient, R, excess, tokens }, b) => ({
    layer: sites[b].layer,
    dominantShare: share / neurons,
    interactionShare: quotient / tokens,
    R: R / tokens,
    excess: excess / tokens,
  }));
}

const total = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
