/** What a number of draws may be expected to say of a share. @module */
import { normalDistribution } from "./normal.ts";

/**
 * The Clopper-Pearson upper limit of a share at the expected count of draws, share · draws, which need
 * not be whole: by the normal approximation of Peizer and Pratt (Journal of the American Statistical
 * Association 63, 1968, the second one), to some 1e-3 of itself. For plans and figures; what is stated
 * of a model has limits that are rounded outward.
 */
export function expectedLimit(alpha: number): (share: number, draws: number) => number {
  const z = normalQuantile(alpha);
  return (share, draws) => {
    const k = share * draws;
    if (!(draws - k > 1)) return 1;
    let low = share, high = 1;
    for (let turn = 0; turn < 60; turn++) {
      const middle = (low + high) / 2;
      if (peizerPratt(k, draws, middle) > z) low = middle;
      else high = middle;
    }
    return high;
  };
}

/** z with P(at most k of n | p) near Φ(z), for p above k / n; 1 where z is not below 0. */
function peizerPratt(k: number, n: number, p: number): number {
  const q = 1 - p, above = n - k - 1, half = k + 0.5, rest = above + 0.5;
  if (n * p <= half) return 1; // the median is above k
  const d = half + 1 / 6 - (n + 1 / 3) * p +
    0.02 * (q / (k + 1) - p / (above + 1) + (q - 0.5) / (n + 1));
  const deviance = half * Math.log(half / (n * p)) + rest * Math.log(rest / (n * q));
  return d / Math.abs(half - n * p) * Math.sqrt(2 * Math.max(0, deviance) / (1 + 1 / (6 * n)));
}

/** x with Φ(x) = alpha, for alpha below a half. */
function normalQuantile(alpha: number): number {
  let low = -40, high = 0;
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    if (normalDistribution(middle) < alpha) low = middle;
    else high = middle;
  }
  return high;
}
