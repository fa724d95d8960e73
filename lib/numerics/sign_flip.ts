/** Whether paired differences are centred at zero, without a shape assumed for them. @module */
import { expectNumbers } from "./numbers.ts";

/** Two to this many sign patterns are walked through. */
const MOST = 20;

/**
 * The exact two-sided sign-flip test (Fisher 1935): the share of all patterns of signs whose mean is
 * at least as far from zero as the mean found, itself among them. Valid where each difference is as
 * likely to have the other sign: two treatments of equal worth, compared on the same items.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { signFlip } from "./sign_flip.ts";
 * assertEquals(signFlip([1, 2, 3]), 0.25); // all of one sign: 2 of 8 patterns
 * ```
 * Throws on no differences and on more than 20.
 */
export function signFlip(differences: ArrayLike<number>): number {
  const action = "test differences", n = differences.length;
  expectNumbers(action, differences);
  if (n === 0 || n > MOST) {
    throw new RangeError(
      `Cannot ${action}: expected 1 to ${MOST} but found ${n}: give one a seed, or bootstrap them`,
    );
  }
  const sizes = Array.from(differences, Math.abs);
  const scale = sizes.reduce((sum, size) => sum + size, 0);
  const found = Math.abs(Array.from(differences).reduce((sum, x) => sum + x, 0));
  let asFar = 0;
  for (let signs = 0; signs < 2 ** n; signs++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += signs >> i & 1 ? sizes[i] : -sizes[i];
    // the same sum in another order is rounded otherwise
    if (Math.abs(sum) >= found - 1e-12 * scale) asFar++;
  }
  return asFar / 2 ** n;
}
