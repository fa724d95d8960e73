/** Whether paired differences are centred at zero, without a shape assumed for them. @module */
import { exactly, expectForm, integer, maybe, whole } from "../io/form.ts";
import { expectNumbers } from "./numbers.ts";
import { stream } from "./random.ts";

/** Two to this many sign patterns are walked through; of more, some are drawn. */
const EXACT = 20;

/** `seed`, `draws`: of patterns, where there are too many for all; by default 0 and 100,000. */
export type SignFlipOptions = { seed?: number; draws?: number };

const OPTIONS = exactly({ seed: maybe(integer), draws: maybe(whole(1)) });

/**
 * The two-sided sign-flip test (Fisher 1935): the share of all patterns of signs whose mean is at
 * least as far from zero as the mean found, itself among them. Valid where each difference is as
 * likely to have the other sign: two treatments of equal worth, compared on the same items. Exact up
 * to 20 differences; beyond, patterns are drawn, and the found one is counted among them (Phipson and
 * Smyth 2010).
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { signFlip } from "./sign_flip.ts";
 * assertEquals(signFlip([1, 2, 3]), 0.25); // all of one sign: 2 of 8 patterns
 * ```
 * Throws on no differences.
 */
export function signFlip(differences: ArrayLike<number>, options: SignFlipOptions = {}): number {
  const action = "test differences", n = differences.length;
  expectNumbers(action, differences);
  const { seed = 0, draws = 1e5 } = expectForm(action, options, OPTIONS);
  if (n === 0) {
    throw new RangeError(`Cannot ${action}: expected at least 1 but found 0: leave the test out`);
  }
  const sizes = Array.from(differences, Math.abs);
  const scale = sizes.reduce((sum, size) => sum + size, 0);
  const found = Math.abs(Array.from(differences).reduce((sum, x) => sum + x, 0));
  // the same sum in another order is rounded otherwise
  const asFar = (sum: number) => Math.abs(sum) >= found - 1e-12 * scale;
  return n <= EXACT ? exactShare(sizes, asFar) : drawnShare(sizes, { asFar, seed, draws });
}

function exactShare(sizes: readonly number[], asFar: (sum: number) => boolean): number {
  let count = 0;
  for (let signs = 0; signs < 2 ** sizes.length; signs++) {
    let sum = 0;
    for (let i = 0; i < sizes.length; i++) sum += signs >> i & 1 ? sizes[i] : -sizes[i];
    if (asFar(sum)) count++;
  }
  return count / 2 ** sizes.length;
}

function drawnShare(
  sizes: readonly number[],
  { asFar, seed, draws }: { asFar(sum: number): boolean; seed: number; draws: number },
): number {
  const random = stream(seed, "sign flip");
  let count = 1;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0, bits = 0;
    for (let i = 0; i < sizes.length; i++) {
      if (i % 32 === 0) bits = random.uint32();
      sum += bits >> i % 32 & 1 ? sizes[i] : -sizes[i];
    }
    if (asFar(sum)) count++;
  }
  return count / (draws + 1);
}

/** The least p that a test of so many differences allows, however they fall; zeros tell nothing. */
export function leastSignFlip(differences: ArrayLike<number>): number {
  const m = Array.from(differences).filter((x) => x !== 0).length;
  return Math.min(1, 2 ** (1 - m));
}
