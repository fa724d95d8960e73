/**
 * Agreement of two orders with others held fixed: rank everything, take from the ranks of both
 * sides what is linear in the ranks of the controls, correlate what is left (Conover and Iman 1981).
 *
 * @module
 */
import { type ColumnFactors, factor, residual } from "./least_squares.ts";
import { averageRanks, expectPaired, pearson } from "./rank_correlation.ts";

/** Less than this share left of a list of ranks is rounding. */
const ROUNDING = 1e-7;

/** What is left of ranks once the controls are held fixed. */
export type RankControls = { rows: number; factors: ColumnFactors };

/**
 * The ranks of the controls and an intercept, factored once for many rankings; no control is
 * allowed, and leaves Spearman's own coefficient. Throws on a constant control, and where fewer
 * rows than controls + 3 are left to correlate.
 */
export function rankControls(
  controls: readonly ArrayLike<number>[],
  { rows }: { rows: number },
): RankControls {
  const action = "hold controls fixed";
  const least = controls.length + 3;
  if (rows < least) {
    throw new RangeError(
      `Cannot ${action}: expected at least ${least} rows for ${controls.length} controls but ` +
        `found ${rows}: take more items or fewer controls`,
    );
  }
  const ranked = controls.map((control, c) => {
    expectLength(control, rows);
    const ranks = averageRanks(control);
    if (ranks.some((rank) => rank !== ranks[0])) return centre(ranks);
    throw new RangeError(
      `Cannot ${action}: expected values that differ but found control ${c} constant: leave it out`,
    );
  });
  return { rows, factors: factor(ranked) }; // ranks less their mean: the intercept is in it
}

/**
 * The ranks of `values` less what the controls explain, of length 1, so that the sum of products of
 * two such lists is their partial Spearman coefficient. Throws where the controls explain all: a
 * constant, or one of the controls once more.
 */
export function rankResidual(held: RankControls, values: ArrayLike<number>): Float64Array {
  expectLength(values, held.rows);
  const left = residualOfRanks(held, centredRanks(values));
  if (left) return left;
  throw new RangeError(
    "Cannot correlate ranks: expected values that the controls leave something of but found a " +
      "constant, or a function of them: leave it out",
  );
}

/** Average ranks less their mean, of one list for several sets of controls. */
export function centredRanks(values: ArrayLike<number>): Float64Array {
  return centre(averageRanks(values));
}

/** rankResidual() of what centredRanks() gave; undefined where the controls explain all. */
export function residualOfRanks(
  { factors }: RankControls,
  ranks: Float64Array,
): Float64Array | undefined {
  const left = residual(factors, ranks);
  const [before, after] = [norm(ranks), norm(left)];
  return after > ROUNDING * before ? left.map((x) => x / after) : undefined;
}

/**
 * Spearman's coefficient with controls held fixed.
 *
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { partialSpearman } from "./partial_rank_correlation.ts";
 * const [x, y, size] = [[2, 1, 4, 3], [1, 2, 3, 4], [1, 1, 2, 2]]; // opposite within each size
 * assertAlmostEquals(partialSpearman(x, y, [size]), -1, 1e-12);
 * ```
 * Throws on constants, on values that the controls determine, and on fewer rows than controls + 3.
 */
export function partialSpearman(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  controls: readonly ArrayLike<number>[],
): number {
  expectPaired("correlate ranks", x, y);
  const held = rankControls(controls, { rows: x.length });
  return pearson(rankResidual(held, x), rankResidual(held, y));
}

function centre(ranks: Float64Array): Float64Array {
  const mean = (ranks.length + 1) / 2;
  return ranks.map((rank) => rank - mean);
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function expectLength(values: ArrayLike<number>, rows: number): void {
  if (values.length === rows) return;
  throw new RangeError(
    `Cannot correlate ranks: expected ${rows} values but found ${values.length}: pass one an item`,
  );
}
