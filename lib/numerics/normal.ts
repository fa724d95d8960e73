/** The standard normal distribution in float64. @module */

/** (1 / √(2π)) exp(−x² / 2). */
export function normalDensity(x: number): number {
  return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

/** Turns of the continued fraction: enough for full precision from |x| = 2 on. */
const TURNS = 200;

/**
 * Φ(x) = ½ (1 + erf(x / √2)), to some 1e-14 of itself in the lower tail too, where 1 + erf would
 * cancel.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { normalDistribution } from "./normal.ts";
 * assertAlmostEquals(normalDistribution(1.959963984540054), 0.975, 1e-15);
 * ```
 */
export function normalDistribution(x: number): number {
  if (x > 0) return 1 - normalDistribution(-x);
  return x > -2 ? 0.5 + normalDensity(x) * oddSeries(x) : normalDensity(x) / millsFraction(-x);
}

/** x + x³ / 3 + x⁵ / (3 · 5) + ..., all terms of one sign. */
function oddSeries(x: number): number {
  let term = x, sum = x;
  for (let k = 3; Math.abs(term) > 1e-18; k += 2) sum += term *= x * x / k;
  return sum;
}

/** y + 1 / (y + 2 / (y + 3 / ...)), one over Mills' ratio (Laplace). */
function millsFraction(y: number): number {
  let fraction = y;
  for (let k = TURNS; k > 0; k--) fraction = y + k / fraction;
  return fraction;
}
