/** x Φ(x) and its slope in float64, the normal distribution by its series and, in the tails, by its continued fraction. @module */

/** Φ(x) = ½ erfc(−x / √2), to about 1e-14 of itself. */
function normal(x: number): number {
  if (x > 0) return 1 - normal(-x);
  const density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  if (x > -2) { // ½ + φ(x) (x + x³ / 3 + x⁵ / (3 · 5) + ...)
    let term = x, sum = x;
    for (let k = 3; k < 80; k += 2) sum += term *= x * x / k;
    return 0.5 + density * sum;
  }
  let fraction = -x; // φ(x) / (y + 1 / (y + 2 / (y + 3 / ...))) with y = −x (Laplace)
  for (let k = 200; k > 0; k--) fraction = -x + k / fraction;
  return density / fraction;
}

/** x Φ(x). */
export function geluExact(x: number): number {
  return x * normal(x);
}

/** Φ(x) + x φ(x). */
export function geluExactSlope(x: number): number {
  return normal(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}
