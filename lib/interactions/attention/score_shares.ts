/** How much of the centred scores each kind of part makes up. @module */
import { SCORE_PARTS, type ScoreProducts } from "./score_parts.ts";

/**
 * Of the row-centred scores, all heads together; the shares add up to 1. A part's share is
 * Σ part · score / Σ score², both about the row's mean. `keyOnly`: the bias' query and a key's
 * features, no interaction. `gauge`: energy of the parts that are constant along a row, over that of
 * the score, nothing centred; it may exceed 1, and softmax sees nothing of it.
 */
export type ScoreShares = {
  features: number;
  keyOnly: number;
  queryError: number;
  keyError: number;
  gauge: number;
};

const N = SCORE_PARTS.length;
const at = (name: typeof SCORE_PARTS[number]) => SCORE_PARTS.indexOf(name);
const GAUGE = [at("feature x bias"), at("bias x bias"), at("error x bias")];

/** Throws where the scores are the same for all keys. */
export function scoreShares({ centred, uncentred }: ScoreProducts): ScoreShares {
  const all = Array.from({ length: N }, (_, p) => p);
  const sum = (of_heads: Float64Array[], a: number[], b: number[]) =>
    of_heads.reduce(
      (total, products) =>
        total + a.reduce((rows, p) => rows + b.reduce((row, r) => row + products[N * p + r], 0), 0),
      0,
    );
  const total = sum(centred, all, all);
  if (!(total > 0)) {
    throw new RangeError(
      "Cannot divide scores: expected rows whose scores differ but found none: take a longer text",
    );
  }
  const share = (...names: (typeof SCORE_PARTS[number])[]) =>
    sum(centred, names.map(at), all) / total;
  return {
    features: share("feature x feature"),
    keyOnly: share("bias x feature"),
    queryError: share("error x feature", "error x error"),
    keyError: share("feature x error", "bias x error"),
    gauge: sum(uncentred, GAUGE, GAUGE) / sum(uncentred, all, all),
  };
}
