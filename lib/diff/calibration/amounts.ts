/**
 * How far a latent turned, as one number: larger is further. Both ways in one number are `max` (as
 * far as the way on which it turned less), `product` and `sum`.
 *
 * @module
 */
import type { Turned } from "./runs.ts";

export const AMOUNTS = ["x", "y", "max", "product", "sum"] as const;
export type Amount = typeof AMOUNTS[number];

/** Cosines of float32 decoders end here: what is nearer to 1 is rounding. */
const ROUNDING = 1e-6;

/** log(1 - cosine): doubling the squared distance adds log 2, at any distance. */
export const turn = (cosine: number) => Math.log(Math.max(1 - cosine, ROUNDING));

const OF: Record<Amount, (x: number, y: number) => number> = {
  x: (x) => turn(x),
  y: (_, y) => turn(y),
  max: (x, y) => turn(Math.max(x, y)),
  product: (x, y) => turn(Math.max(x, 0) * Math.max(y, 0)), // two below 0 are not one above it
  sum: (x, y) => turn(x) + turn(y),
};

/** The amounts of the chosen latents [chosen]. */
export function amountsOf(
  amount: Amount,
  { x, y }: Turned,
  chosen: readonly number[],
): Float64Array {
  return Float64Array.from(chosen, (latent) => OF[amount](x[latent], y[latent]));
}
