/**
 * Exact numbers of sequences.
 * @module
 */

/** C(n, k) for n up to K. */
export function binomials(n: number): bigint[][] {
  const rows: bigint[][] = [];
  for (let i = 0; i <= n; i++) {
    rows.push(
      Array.from(
        { length: i + 1 },
        (_, j) => j === 0 || j === i ? 1n : rows[i - 1][j - 1] + rows[i - 1][j],
      ),
    );
  }
  return rows;
}

/** base^exponent with 0^0 = 1. */
export function power(base: number, exponent: number): bigint {
  return BigInt(base) ** BigInt(exponent);
}

/** How many sequences of length K have last token q and maximum m: (m+1)^F - [q<m] m^F, F = K-1. */
export function sequencesWith(q: number, m: number, K: number): bigint {
  return power(m + 1, K - 1) - (q < m ? power(m, K - 1) : 0n);
}

/** Every pair of last token q and maximum m >= q: (0,0), (0,1), ..., (0,v-1), (1,1), ... */
export function pairsOf(v: number): [q: number, m: number][] {
  return Array.from({ length: v }, (_, q) => q)
    .flatMap((q) => Array.from({ length: v - q }, (_, n): [number, number] => [q, q + n]));
}

/** How many bits of n are set: the size of a set of positions. */
export function ones(n: number): number {
  let count = 0;
  for (; n > 0; n &= n - 1) count++;
  return count;
}

/** Above 2^53 a float64 sum of positive counts is widened by this relative amount. */
const COUNT_SLACK = 1e-12;

/**
 * The least integer that a float64 count, made of at most a few thousand roundings, can stand for.
 */
export function countUp(count: number, exact: boolean): bigint {
  return BigInt(Math.ceil(exact ? count : count * (1 + COUNT_SLACK)));
}

/** The largest integer that is certainly not above the count. */
export function countDown(count: number, exact: boolean): bigint {
  return BigInt(Math.floor(exact ? count : count * (1 - COUNT_SLACK)));
}
