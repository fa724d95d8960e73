/**
 * Confidence limits of a share, rounded outward: what a number of draws says of it.
 *
 * Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
 * binomial", Biometrika 26 (1934): the shares p for which at most k of n draws would succeed with a
 * probability above alpha all lie below the limit, so that the limit fails with a probability of at
 * most alpha, whatever the share is. Only +, -, *, / are used, so that everybody finds the same limit.
 * @module
 */
import { scaleByPower, up } from "./interval.ts";

/** How many of `of` draws are counted. */
export interface Draws {
  count: number;
  of: number;
}

/** Limits are whole multiples of 2^-52: 1 - p is a double as well. */
const STEPS = 2 ** 52;

/**
 * The least multiple p of 2^-52 found with P(at most `count` of `of` draws | p) <= alpha, by
 * bisection: an upper limit that fails with a probability of at most alpha; 0 < alpha < 1/2.
 */
export function clopperPearsonUpper({ count, of }: Draws, alpha: number): number {
  if (count >= of) return 1;
  // At p = count / of the median is `count`, so that the probability is about a half.
  let low = Math.floor(count / of * STEPS), high = STEPS;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (atMostUp({ count, of }, middle / STEPS) <= alpha) high = middle;
    else low = middle;
  }
  return high / STEPS;
}

/**
 * Upper end of P(at most `count` of `of` draws succeed) where each does with probability p, a
 * multiple of 2^-52 in (0, 1] with p >= count / of.
 *
 * The last term C(n, k) p^k (1-p)^(n-k), times the sum of all terms over it, by Horner's rule:
 * term j-1 is term j times j (1-p) / ((n-j+1) p), which is below 1 for such p.
 */
export function atMostUp({ count: k, of: n }: Draws, p: number): number {
  if (k >= n || p === 0) return 1;
  if (p === 1) return 0;
  const q = 1 - p;
  let ratios = 1;
  for (let j = 1; j <= k; j++) {
    ratios = up(1 + up(ratios * up(up(j * q) / ((n - j + 1) * p) * SAFE)));
  }
  let last = power(q, n - k);
  for (let j = 1; j <= k; j++) {
    last = times(last, { value: up(up((n - k + j) / j) * p), exponent: 0 });
  }
  return small(times(last, { value: ratios, exponent: 0 }));
}

/** Makes up for the roundings of a positive divisor and of a quotient. */
const SAFE = 1 + 2 ** -50;

/** value · 2^exponent, value in (0, 1e300): powers of a share leave the range of doubles. */
interface Scaled {
  value: number;
  exponent: number;
}

/** Upper end of a product. */
function times(a: Scaled, b: Scaled): Scaled {
  const value = up(a.value * b.value), exponent = a.exponent + b.exponent;
  if (value < 2 ** -400) return { value: value * 2 ** 400, exponent: exponent - 400 };
  if (value > 2 ** 400) return { value: value * 2 ** -400, exponent: exponent + 400 };
  return { value, exponent };
}

/** Upper end of q^n, n >= 0, by squaring. */
function power(q: number, n: number): Scaled {
  let result: Scaled = { value: 1, exponent: 0 }, square: Scaled = { value: q, exponent: 0 };
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = times(result, square);
    square = times(square, square);
  }
  return result;
}

/** Upper end as a double, a probability. */
function small({ value, exponent }: Scaled): number {
  if (exponent > 0) return 1;
  return Math.min(1, Math.max(1e-300, up(scaleByPower(value, exponent))));
}
