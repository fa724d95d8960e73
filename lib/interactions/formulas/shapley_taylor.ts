/**
 * The Shapley-Taylor index of order 2 (Dhamdhere, Agarwal and Sundararajan 2020, arXiv 1902.05622),
 * of a neuron: the mean, over orders in which the features enter, of the mixed difference of i and j
 * where the earlier of the two enters. Its pairs sum to the excess.
 *
 * @module
 */
import { mixedDifference } from "./mixed_difference.ts";
import { type Neuron, pairsOf } from "./neuron.ts";
import type { Nonlinearity } from "./nonlinearity.ts";

/** Exact values take 2^n contexts. */
const MOST_PLAYERS = 16;

/**
 * (2 / n) Σ_{T ⊆ rest} I(a_i, a_j; c + Σ_T a) / C(n − 1, |T|) of the pairs i < j, in the order of
 * pairsOf(n). Throws beyond 16 features.
 */
export function shapleyTaylor(
  phi: Pick<Nonlinearity, "value">,
  { a, c }: Neuron,
): Float64Array {
  const n = a.length;
  if (n > MOST_PLAYERS) {
    throw new RangeError(
      `Cannot take exact Shapley-Taylor values: expected up to ${MOST_PLAYERS} features but found ` +
        `${n}: take shapleyTaylorOf() of some permutations`,
    );
  }
  return Float64Array.from(pairsOf(n), ([i, j]) => {
    const rest = Array.from(a, (_, k) => k).filter((k) => k !== i && k !== j);
    let sum = 0;
    for (let subset = 0; subset < 2 ** rest.length; subset++) {
      const inside = rest.filter((_, bit) => subset >> bit & 1);
      const context = inside.reduce((sum, k) => sum + a[k], c);
      sum += mixedDifference(phi, { a: a[i], b: a[j], c: context }) / choose(n - 1, inside.length);
    }
    return 2 / n * sum;
  });
}

/**
 * The same for one order of entering: `permutation` lists features, the first to enter first. The
 * mean over permutations is the index; each single one sums to the excess already, since the terms
 * of every earlier feature telescope (derived here).
 */
export function shapleyTaylorOf(
  phi: Pick<Nonlinearity, "value">,
  { a, c }: Neuron,
  permutation: ArrayLike<number>,
): Float64Array {
  const n = a.length;
  const before = new Float64Array(n), turn = new Uint32Array(n);
  let s = c;
  for (let p = 0; p < n; p++) {
    before[permutation[p]] = s;
    turn[permutation[p]] = p;
    s += a[permutation[p]];
  }
  return Float64Array.from(pairsOf(n), ([i, j]) => {
    return mixedDifference(phi, { a: a[i], b: a[j], c: before[turn[i] < turn[j] ? i : j] });
  });
}

function choose(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i <= k; i++) count = count * (n - k + i) / i;
  return count;
}
