/** Every score of the pairs of a planted task, interactions and baselines alike. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { Random } from "../../numerics/random.ts";
import { coActivation } from "../agreement/baselines/co_activation.ts";
import { decoderCosines } from "../agreement/baselines/decoder_cosine.ts";
import { latentMeans, productOfMeans } from "../agreement/baselines/latent_means.ts";
import { weightPotential } from "../agreement/baselines/weight_potential.ts";
import { pairInstances, type PairList } from "../pairs/instances.ts";
import { mainEffects } from "../pairs/main_effects.ts";
import { PAIR_METRICS } from "../pairs/metrics.ts";
import { pairScores } from "../pairs/pair_scores.ts";
import type { Mlp } from "../players/mlp.ts";
import type { Players } from "../players/players.ts";
import { pairStatistics } from "../ranking/statistics.ts";

/** Scores by name, [pairs] each: PAIR_METRICS as means over co-active rows, and the baselines. */
export type PlantedScores = { pairs: PairList; scores: Record<string, ArrayLike<number>> };

/** All scores of the pairs that meet. `random`: for Shapley-Taylor's orders and the random order. */
export async function plantedScores(
  players: Players,
  { mlp, coder, random }: { mlp: Mlp; coder: Crosscoder; random: Random },
): Promise<PlantedScores> {
  const { active } = players, instances = pairInstances(active), { pairs } = instances;
  const measured = await pairScores(players, instances, { metrics: PAIR_METRICS, random });
  const scores: Record<string, ArrayLike<number>> = {};
  for (const metric of PAIR_METRICS) {
    const { S_co } = pairStatistics(measured[metric], instances, { tokens: players.tokens });
    scores[metric] = S_co;
  }
  const { count, pmi, correlation } = coActivation([active], pairs);
  const alone = await mainEffects(players, { context: "removal" });
  const { mean } = latentMeans([{ active, values: active.act }]);
  const { insertion, bound } = weightPotential({ mlp, coder, site: 0 }, pairs, mean);
  return {
    pairs,
    scores: {
      ...scores,
      weights_insertion: insertion,
      weights_bound: bound,
      co_activation: count,
      pmi,
      correlation,
      decoder_cosine: decoderCosines(coder, pairs),
      main_means: productOfMeans(pairs, latentMeans([{ active, values: alone }])),
      random: Float64Array.from(pairs.i, () => random.uniform()),
    },
  };
}
