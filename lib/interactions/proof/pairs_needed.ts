/**
 * How many pairs a proof has to look at before a layer's interaction residual is certified to ε:
 * those pairs are written out, the rest is bounded (derived here).
 *
 *   ‖R‖ <= ‖Σ_{pairs looked at} v_ij‖ + Σ_{all others} bound_ij,   means over tokens
 *
 * v_ij are Shapley-Taylor terms, which sum to R. For the others either nothing but the bound
 * Σ_k ‖w_out,k‖ osc min(|a_ik|, |a_jk|) is known, or the norm of each v_ij, which has been computed but
 * not added up.
 * @module
 */
import type { Random } from "../../numerics/random.ts";
import { rowNorms } from "../arrays.ts";
import { pairInstances } from "../pairs/instances.ts";
import { neuronScores } from "../pairs/neuron_scores.ts";
import { pairScores } from "../pairs/pair_scores.ts";
import type { Players } from "../players/players.ts";
import { pairStatistics } from "../ranking/statistics.ts";

/** Shares of MLP(x̂) - MLP(b) to which a residual is certified. */
const EPSILONS = [1, 0.5, 0.25, 0.1, 0.05] as const;

/** Pairs to look at for a remainder of ε; `byBound` and `byNorm` say what is known of the rest. */
export type Needed = { epsilon: number; byBound: number; byNorm: number };

/**
 * Means over tokens: the residual, the deviation that ε is a share of, what all pairs' bounds and
 * norms add up to, and the bounds that speak of no pair.
 */
export type PairsNeeded = {
  pairs: number;
  residual: number;
  deviation: number;
  allBounds: number;
  allNorms: number;
  dominant: number;
  telescoping: number;
  needed: Needed[];
};

/** Of the players of one block, whose c must hold bias and b_dec alone: x̂ as their input. */
export async function pairsNeeded(players: Players, random: Random): Promise<PairsNeeded> {
  const { tokens } = players, instances = pairInstances(players.active);
  const metrics = ["min_bound", "shapley_taylor"] as const;
  const scores = await pairScores(players, instances, { metrics, random, permutations: 1 });
  const { R, effect, sums } = await neuronScores(players);
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / tokens;
  const ofPairs = metrics.map((name) => pairStatistics(scores[name], instances, { tokens }).S_mean);
  const [bounds, norms] = ofPairs.map((values) => values.sort().reverse());
  const deviation = mean(rowNorms(effect, tokens)), dominant = mean(sums.dominant);
  return {
    pairs: instances.pairs.i.length,
    residual: mean(rowNorms(R, tokens)),
    deviation,
    allBounds: bounds.reduce((sum, value) => sum + value, 0),
    allNorms: norms.reduce((sum, value) => sum + value, 0),
    dominant,
    telescoping: mean(sums.telescoping),
    needed: EPSILONS.map((epsilon) => {
      const left = epsilon * deviation;
      return {
        epsilon,
        byBound: dominant <= left ? 0 : looked(bounds, left),
        byNorm: looked(norms, left),
      };
    }),
  };
}

/** How many of the largest have to be taken until the rest sums to at most `left`; falling values. */
export function looked(values: ArrayLike<number>, left: number): number {
  let rest = 0, count = values.length;
  while (count > 0 && rest + values[count - 1] <= left) rest += values[--count];
  return count;
}
