/**
 * From one number an instance (a pair of latents at a token where both are active) to five numbers
 * a pair.
 *
 *   S_mean = Σ_t s(t) / tokens        the pair's part of the error budget of a text
 *   S_co   = Σ_t s(t) / count         what it does where both are active
 *   S_q99, S_max                      of |s(t)| where both are active: the tail, and what a proof needs
 *
 * S_mean and S_co keep the sign of a score that has one. The mean over co-active tokens is the
 * "non-zero average" of Manning-Coe et al. 2026 (arXiv 2606.09940); the others are derived here.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pairStatistics } from "./statistics.ts";
 * const pairs = { d_sae: 3, i: Uint32Array.of(0, 1), j: Uint32Array.of(1, 2) };
 * const instances = { pairs, pair: Uint32Array.of(0, 1, 0) };
 * const { count, S_mean, S_co } = pairStatistics([1, 5, 3], instances, { tokens: 8 });
 * assertEquals([...count, ...S_mean, ...S_co], [2, 1, 4 / 8, 5 / 8, 2, 5]);
 * ```
 * @module
 */
import { exactly, expectForm, whole } from "../../io/form.ts";
import { expectNumbers } from "../../numerics/numbers.ts";
import { quantileOfSorted } from "../../numerics/statistics.ts";

/** Pairs of latents, i < j, sorted by i, then j. */
export type LatentPairs = { d_sae: number; i: Uint32Array; j: Uint32Array };

/** Instances, each of one of the pairs: `pair` [instances] is its number in the list. */
export type PairedInstances = { pairs: LatentPairs; pair: Uint32Array };

/**
 * By pair, [pairs] each: how many instances it has, and what its scores come to. A pair without an
 * instance has zeros.
 */
export type PairStatistics = {
  count: Uint32Array;
  S_mean: Float64Array;
  S_co: Float64Array;
  S_q99: Float64Array;
  S_max: Float64Array;
};

const OPTIONS = exactly({ tokens: whole(1) });

/**
 * The statistics of one score. `values` [instances]; `tokens`: of the whole text, those without any
 * pair as well. Throws on values that are not finite or not one an instance.
 */
export function pairStatistics(
  values: ArrayLike<number>,
  instances: PairedInstances,
  options: { tokens: number },
): PairStatistics {
  const action = "take statistics of pairs";
  const { tokens } = expectForm(action, options, OPTIONS);
  if (values.length !== instances.pair.length) {
    throw new RangeError(
      `Cannot ${action}: expected ${instances.pair.length} values, one an instance, but found ` +
        `${values.length}: pass the scores of these instances`,
    );
  }
  expectNumbers(action, values);
  const { start, grouped } = groupByPair(values, instances);
  const n = instances.pairs.i.length;
  const [S_mean, S_co, S_q99, S_max] = [0, 1, 2, 3].map(() => new Float64Array(n));
  const count = Uint32Array.from({ length: n }, (_, pair) => start[pair + 1] - start[pair]);
  count.forEach((many, pair) => {
    if (many === 0) return;
    let sum = 0;
    for (let at = start[pair]; at < start[pair + 1]; at++) sum += grouped[at];
    S_mean[pair] = sum / tokens;
    S_co[pair] = sum / many;
    const sizes = grouped.subarray(start[pair], start[pair + 1]); // not read as values again
    for (let at = 0; at < many; at++) sizes[at] = Math.abs(sizes[at]);
    sizes.sort();
    S_q99[pair] = quantileOfSorted(sizes, 0.99);
    S_max[pair] = sizes[many - 1];
  });
  return { count, S_mean, S_co, S_q99, S_max };
}

/**
 * The values of pair p, in the order of its instances, are grouped[start[p]] to grouped[start[p +
 * 1]], without the last.
 */
function groupByPair(
  values: ArrayLike<number>,
  { pairs, pair }: PairedInstances,
): { start: Uint32Array; grouped: Float64Array } {
  const start = new Uint32Array(pairs.i.length + 1);
  for (const p of pair) start[p + 1]++;
  for (let p = 0; p < pairs.i.length; p++) start[p + 1] += start[p];
  const next = start.slice(), grouped = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) grouped[next[pair[at]]++] = values[at];
  return { start, grouped };
}
