/**
 * Ground truth as it is measured, one number for each pair at each of some of its tokens, and what
 * it comes to a pair: the mean over tokens, over some documents or with some counted twice.
 *
 * @module
 */
import { exactly, expectForm, integer } from "../../io/form.ts";
import { stream } from "../../numerics/random.ts";
import { spearman } from "../../numerics/rank_correlation.ts";
import { type Columns, mapColumns } from "./columns.ts";

/** Instances: [instances] each, whatever their order. */
export type Measured = {
  /** How many pairs there are. */
  pairs: number;
  /** The number of the pair. */
  pair: ArrayLike<number>;
  /** The number of the text it was measured in: tokens of one text are not independent. */
  document: ArrayLike<number>;
  /** By the truth's name what was measured. */
  values: Columns;
};

/**
 * The mean of each truth over the tokens of each pair, [pairs]; `weights` [instances] counts each
 * instance so many times. NaN where no instance of a pair counts.
 */
export function pairMeans(measured: Measured, weights?: ArrayLike<number>): Columns {
  const { pairs, pair, values } = measured;
  const total = new Float64Array(pairs);
  for (let at = 0; at < pair.length; at++) total[pair[at]] += weights ? weights[at] : 1;
  return mapColumns(values, (list) => {
    const sum = new Float64Array(pairs);
    for (let at = 0; at < pair.length; at++) {
      const weight = weights ? weights[at] : 1;
      if (weight > 0) sum[pair[at]] += weight * list[at];
    }
    return sum.map((value, p) => value / total[p]);
  });
}

/** The agreement of a truth with itself. */
export type Reliability = {
  /** Spearman's coefficient of the means over two random halves of each pair's tokens. */
  half: number;
  /** What that promises for the mean over all tokens: 2 half / (1 + half) (Spearman and Brown). */
  whole: number;
};

const OPTIONS = exactly({ seed: integer });

/**
 * How well each truth repeats: the ceiling of any agreement with it. Each pair's tokens are cut into
 * halves at random, pairs with fewer than two are left out.
 */
export function reliability(
  measured: Measured,
  options: { seed: number },
): Record<string, Reliability> {
  expectForm("split ground truth into halves", options, OPTIONS);
  const half = halves(measured, options.seed);
  const [first, second] = [1, 0].map((kept) =>
    pairMeans(measured, half.map((h) => h === kept ? 1 : 0))
  );
  return mapColumns(first, (a, name) => {
    const both = Array.from(a, (_, p) => p)
      .filter((p) => !Number.isNaN(a[p]) && !Number.isNaN(second[name][p]));
    const coefficient = spearman(both.map((p) => a[p]), both.map((p) => second[name][p]));
    return { half: coefficient, whole: 2 * coefficient / (1 + coefficient) };
  });
}

/** 0 or 1 for every instance, as even within a pair as it goes. */
function halves({ pairs, pair }: Measured, seed: number): Uint8Array {
  const next = new Uint8Array(pairs), half = new Uint8Array(pair.length);
  for (const at of stream(seed, "split-half").permutation(pair.length)) {
    half[at] = next[pair[at]];
    next[pair[at]] = 1 - next[pair[at]];
  }
  return half;
}
