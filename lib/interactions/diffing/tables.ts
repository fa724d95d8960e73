/**
 * What the features of one dictionary do in one model on one text: the interaction of every pair,
 * and of every latent its rate, its activation and its main effect.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { exactly, expectForm, maybe, whole } from "../../io/form.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { pairInstances } from "../pairs/instances.ts";
import { mainEffects } from "../pairs/main_effects.ts";
import { pairScores } from "../pairs/pair_scores.ts";
import { mlpOf, mlpSites } from "../players/mlp.ts";
import { makePlayers } from "../players/players.ts";
import { textParts } from "../../crosscoder/text_parts.ts";

/**
 * Means over all tokens of the text. `pairs` [d_sae, d_sae], symmetric, zero on the diagonal: ½
 * (insertion + removal) norms of v_ij, summed over the blocks. `rate`, `activation` and `main` [d_sae]:
 * the share of tokens on which a latent fires, f_i, and ‖m_i‖ (the mean of both contexts, summed over
 * the blocks).
 */
export type InteractionTables = {
  tokens: number;
  d_sae: number;
  pairs: Float64Array;
  rate: Float64Array;
  activation: Float64Array;
  main: Float64Array;
};

const OPTIONS = exactly({ sequencesOfPart: maybe(whole(1)) });

/**
 * Reads `text`, sequences of one length, through the model and the dictionary, folded, at every MLP
 * input that is one of its sites. Throws where none is.
 */
export async function interactionTables(
  model: LanguageModel,
  coder: Crosscoder,
  text: readonly ArrayLike<number>[],
  options: { sequencesOfPart?: number } = {},
): Promise<InteractionTables> {
  const { sequencesOfPart } = expectForm("measure interactions", options, OPTIONS);
  const { d_sae } = coder.config, sites = mlpSites(model, coder);
  const mlps = await Promise.all(sites.map(({ layer }) => mlpOf(model, layer)));
  const sums = emptyTables(d_sae);
  for await (const part of textParts(model, coder, text, { sequences: sequencesOfPart })) {
    const { active } = part, instances = pairInstances(active);
    sums.tokens += active.tokens;
    active.latent.forEach((latent, entry) => {
      sums.rate[latent]++;
      sums.activation[latent] += active.act[entry];
    });
    for (const [n, { site }] of sites.entries()) {
      using players = makePlayers(model.gpu, { mlp: mlps[n], coder, site, part });
      for (const context of ["insertion", "removal"] as const) {
        const scores = (await pairScores(players, instances, { metrics: [context] }))[context];
        addPairs(sums.pairs, instances, scores);
        const main = await mainEffects(players, { context });
        main.forEach((size, entry) => sums.main[active.latent[entry]] += size / 2);
      }
    }
  }
  const mean = (values: Float64Array) => values.map((sum) => sum / sums.tokens);
  return {
    tokens: sums.tokens,
    d_sae,
    pairs: mean(sums.pairs),
    rate: mean(sums.rate),
    activation: mean(sums.activation),
    main: mean(sums.main),
  };
}

function emptyTables(d_sae: number): InteractionTables {
  const [rate, activation, main] = [0, 1, 2].map(() => new Float64Array(d_sae));
  return { tokens: 0, d_sae, pairs: new Float64Array(d_sae * d_sae), rate, activation, main };
}

/** Half of each score into both places of its pair, in the order of the instances. */
function addPairs(
  table: Float64Array,
  { pairs: { d_sae, i, j }, pair }: ReturnType<typeof pairInstances>,
  scores: Float32Array,
): void {
  scores.forEach((score, at) => {
    const a = i[pair[at]], b = j[pair[at]];
    table[a * d_sae + b] += score / 2;
    table[b * d_sae + a] += score / 2;
  });
}

/** The mean of two halves of one text, each weighted by its tokens. */
export function joined(a: InteractionTables, b: InteractionTables): InteractionTables {
  const tokens = a.tokens + b.tokens;
  const mean = (x: Float64Array, y: Float64Array) =>
    x.map((value, at) => (value * a.tokens + y[at] * b.tokens) / tokens);
  return {
    tokens,
    d_sae: a.d_sae,
    pairs: mean(a.pairs, b.pairs),
    rate: mean(a.rate, b.rate),
    activation: mean(a.activation, b.activation),
    main: mean(a.main, b.main),
  };
}
