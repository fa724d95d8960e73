/**
 * Which of many items stand out, with few false ones among them: p-values against values of a null,
 * Benjamini and Hochberg's rule, knockoffs.
 *
 * @module
 */
import { exactly, expectForm, list, number } from "../io/form.ts";
import { expectNumbers } from "./numbers.ts";

const SHARE = exactly({ q: number({ above: 0, below: 1 }) });
const P = list(number({ least: 0, most: 1 }));

/**
 * p-values of large values against values of a null: (1 + how many of the null are at least as
 * large) / (1 + how many there are). Valid where the value of an item without effect and those of
 * the null are exchangeable (Phipson and Smyth 2010).
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { empiricalP } from "./false_discoveries.ts";
 * assertEquals(empiricalP([3, 0], [1, 2, 3]), Float64Array.of(0.5, 1));
 * ```
 */
export function empiricalP(values: ArrayLike<number>, nulls: ArrayLike<number>): Float64Array {
  for (const list of [values, nulls]) expectNumbers("take p-values", list, { infinite: true });
  const sorted = Float64Array.from(nulls).sort(), n = sorted.length;
  return Float64Array.from(values, (value) => (1 + n - below(sorted, value)) / (1 + n));
}

/**
 * Adjusted p-values: the least q at which Benjamini and Hochberg (1995) reject an item. Rejecting
 * all at most q keeps the expected share of false ones among the rejected at q or less, for
 * p-values that are independent or positively dependent and valid. Throws on values outside 0 to 1.
 */
export function adjustedP(p: ArrayLike<number>): Float64Array {
  expectForm("adjust p-values", Array.from(p), P, "take those of empiricalP");
  const order = Array.from(p, (_, i) => i).sort((i, j) => p[j] - p[i]); // the largest first
  const adjusted = new Float64Array(p.length);
  let least = 1;
  for (const [place, i] of order.entries()) {
    least = Math.min(least, p[i] * p.length / (p.length - place));
    adjusted[i] = least;
  }
  return adjusted;
}

/** Which items Benjamini and Hochberg reject at q. */
export function benjaminiHochberg(p: ArrayLike<number>, q: number): boolean[] {
  expectForm("reject at a false discovery rate", { q }, SHARE, "take 0.1");
  return Array.from(adjustedP(p), (adjusted) => adjusted <= q);
}

/**
 * Storey's (2002) share of items without effect, from the p-values above `lambda`; at most 1. Valid
 * p-values of such items are uniform.
 */
export function unchangedShare(p: ArrayLike<number>, { lambda = 0.5 } = {}): number {
  expectForm("estimate a share", Array.from(p), P, "take those of empiricalP");
  const above = Array.from(p).filter((value) => value > lambda).length;
  return Math.min(1, (1 + above) / (p.length * (1 - lambda)));
}

/**
 * The knockoff+ filter (Barber and Candès 2015, equation 1.9), with one copy or several of each item
 * (Gimenez and Zou 2019, algorithm 1). An item's real value and its copies' are exchangeable where
 * there is no effect; then the real one is the largest as often as any copy. With gap = the largest
 * of an item's values less the second largest, items whose real value is the largest and whose gap
 * is at least t are chosen, t the least gap with
 *
 *   (1 + #{a copy is the largest, gap >= t}) / (copies · #{the real one is, gap >= t}) <= q
 *
 * so no fewer than 1 / (copies · q) items are chosen, or none. The items must be independent given
 * their gaps: a shift that all real values share breaks the promise. An item of equal largest values
 * has gap 0 and counts for nobody.
 */
export function knockoffs(
  real: ArrayLike<number>,
  copies: readonly ArrayLike<number>[],
  q: number,
): boolean[] {
  expectForm("choose by knockoffs", { q }, SHARE, "take 0.1");
  for (const values of [real, ...copies]) {
    expectNumbers("choose by knockoffs", values);
    if (values.length === real.length && copies.length > 0) continue;
    throw new RangeError(
      `Cannot choose by knockoffs: expected copies of ${real.length} values but found ` +
        `${copies.length} of ${values.length}: give each item its copies`,
    );
  }
  const items = Array.from(real, (value, i) => {
    const [first, second] = [value, ...copies.map((copy) => copy[i])].sort((a, b) => b - a);
    return { i, isReal: value === first, gap: first - second };
  }).filter(({ gap }) => gap > 0).sort((a, b) => b.gap - a.gap);
  const chosen = Array.from(real, () => false);
  let ours = 0, theirs = 0, last = 0;
  for (const [n, { isReal, gap }] of items.entries()) {
    if (isReal) ours++;
    else theirs++;
    const tied = items[n + 1]?.gap === gap;
    if (!tied && ours > 0 && (1 + theirs) / (copies.length * ours) <= q) last = n + 1;
  }
  for (const { i, isReal } of items.slice(0, last)) chosen[i] = isReal;
  return chosen;
}

/** How many of sorted numbers lie below a value. */
function below(sorted: Float64Array, value: number): number {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
