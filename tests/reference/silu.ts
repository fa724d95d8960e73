/** SiLU and its slope in float64. @module */

/** x σ(x). */
export function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}

/** σ(x) (1 + x (1 − σ(x))). */
export function siluSlope(x: number): number {
  const share = 1 / (1 + Math.exp(-x));
  return share * (1 + x * (1 - share));
}
