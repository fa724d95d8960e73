/** How far a mean of values in [0, B] may be from the truth, without a normal approximation. @module */
import { exactly, expectForm, number, whole } from "../io/form.ts";

/** n independent values of [0, B]; alpha is the chance of a wrong interval. */
export type Sampling = { B: number; n: number; alpha: number };

const SAMPLING = exactly({
  B: number({ above: 0 }),
  n: whole(2),
  alpha: number({ above: 0, below: 1 }),
});

/**
 * B √(ln(2 / alpha) / 2n): the mean lies within it on both sides (Hoeffding 1963). Tokens of one
 * document depend on one another: n counts documents.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { hoeffding } from "./concentration.ts";
 * assertAlmostEquals(hoeffding({ B: 1, n: 1000, alpha: 0.05 }), 0.0429, 1e-4);
 * ```
 */
export function hoeffding(sampling: Sampling): number {
  const { B, n, alpha } = expectForm("bound a mean", sampling, SAMPLING);
  return B * Math.sqrt(Math.log(2 / alpha) / (2 * n));
}
