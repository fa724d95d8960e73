/** Integrals over [0, 1] by Gauss and Legendre's rule. @module */

/** Points of [0, 1] and their weights, which sum to 1. */
export type Rule = { points: Float64Array; weights: Float64Array };

/**
 * The rule of n points, exact for polynomials up to degree 2 n − 1: zeros of the Legendre polynomial
 * by Newton's method.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { gaussLegendre, integrate } from "./gauss_legendre.ts";
 * assertAlmostEquals(integrate((x) => x ** 3, gaussLegendre(2)), 1 / 4, 1e-15);
 * ```
 */
export function gaussLegendre(n: number): Rule {
  const points = new Float64Array(n), weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = -Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
    let slope = 0;
    for (let turn = 0; turn < 100; turn++) {
      const at = legendre(n, x);
      slope = at.slope;
      const step = at.value / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    points[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** ∫₀¹ f(x) dx. */
export function integrate(f: (x: number) => number, { points, weights }: Rule): number {
  let sum = 0;
  for (let i = 0; i < points.length; i++) sum += weights[i] * f(points[i]);
  return sum;
}

/** P_n and its slope inside (−1, 1). */
function legendre(n: number, x: number): { value: number; slope: number } {
  let before = 1, value = x;
  for (let k = 2; k <= n; k++) {
    [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  }
  return { value, slope: n * (x * value - before) / (x * x - 1) };
}
