/**
 * e^x in float64 with a proved error, for work that needs millions of exponentials: exp.ts is exact
 * to any precision and a thousand times slower, and Math.exp promises nothing.
 *
 * x = k ln 2 + r with |r| < 0.3467; e^r is its Taylor polynomial of degree 13, times 2^k, which is
 * exact. With u = 2^-53: r is wrong by less than 0.8 u (k · LN2_HIGH is exact, since LN2_HIGH has 33
 * bits and k at most 11; two roundings follow), the polynomial by 2.5 u of its value (Horner's rule,
 * its last two steps make nearly all of it), what is cut off is below 0.04 u. Together below 4 u.
 * @module
 */
import { powerOfTwo } from "./interval.ts";

/** expDoubleNear(x) = e^x (1 + e) with |e| below this: twice what the module's header counts. */
export const EXP_ERROR = 2 ** -50;
/** Where expDoubleNear is defined: up to here in size, so that 2^k is a normal number. */
export const EXP_RANGE = 700;

const LN2_HIGH = 0.693147180369123816490;
const LN2_LOW = 1.90821492927058770002e-10;
const INVERSE_LN2 = 1.4426950408889634;
/** 1 / n! for n = 13, ..., 0. */
const TAYLOR = Float64Array.from({ length: 14 }, (_, i) => 1 / factorial(13 - i));

/** e^x for |x| <= EXP_RANGE, relative error below EXP_ERROR; NaN outside. */
export function expDoubleNear(x: number): number {
  if (!(x <= EXP_RANGE && x >= -EXP_RANGE)) return NaN;
  const k = Math.round(x * INVERSE_LN2);
  const r = (x - k * LN2_HIGH) - k * LN2_LOW;
  let sum = TAYLOR[0];
  for (let i = 1; i < 14; i++) sum = sum * r + TAYLOR[i];
  return sum * powerOfTwo(k);
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
