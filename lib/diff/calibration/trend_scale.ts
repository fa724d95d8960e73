/**
 * How much a latent's rotation differs from run to run, as a smooth function of what is known of the
 * latent before: how often it fires, and how far it turned when the data came.
 *
 * @module
 */
import { coefficients, factor } from "../../numerics/least_squares.ts";
import { largest, smallest } from "../../numerics/numbers.ts";
import { median } from "../../numerics/statistics.ts";

/** A share of the median size of a residual, so that one near 0 has a logarithm. */
const FLOOR = 0.1;

/**
 * Standard deviations [n], up to a factor common to all: a least-squares fit of the logarithm of the
 * residuals' size, a parabola in each of the known lists [n]. residuals: some lists [n]. Every fifth
 * latent is left out of the fit in turn and gets the scale that the others give it: else one that
 * stands out would widen its own scale.
 */
export function trendScale(
  residuals: readonly ArrayLike<number>[],
  known: readonly ArrayLike<number>[],
): Float64Array {
  const n = residuals[0].length;
  const least = FLOOR * median(residuals.flatMap((list) => Array.from(list, Math.abs))) ||
    Number.MIN_VALUE;
  const size = Array.from({ length: n }, (_, i) => {
    const logs = residuals.map((list) => Math.log(Math.abs(list[i]) + least));
    return logs.reduce((sum, value) => sum + value, 0) / logs.length;
  });
  const rows = size.map((_, i) => [1, ...known.flatMap((list) => [list[i], list[i] ** 2])]);
  return inFolds(rows, (others) => {
    const columns = rows[0].map((_, c) => others.map((i) => rows[i][c]));
    const fitted = coefficients(factor(columns), others.map((i) => size[i]));
    const seen = others.map((i) => size[i]), [low, high] = [smallest(seen), largest(seen)];
    return (row) => {
      const at = row.reduce((sum, value, c) => sum + fitted[c] * value, 0);
      return Math.exp(Math.min(high, Math.max(low, at))); // a parabola is wild at its ends
    };
  });
}

/** Parts of the rows; each is predicted by a fit on the others, so that none fits itself. */
const FOLDS = 5;

/** fit(rows to learn from) gives what predicts a row; every fifth row is left out in turn. [rows] */
export function inFolds(
  rows: readonly number[][],
  fit: (others: number[]) => (row: number[]) => number,
): Float64Array {
  const predicted = new Float64Array(rows.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const predict = fit(rows.flatMap((_, i) => i % FOLDS === fold ? [] : [i]));
    for (let i = fold; i < rows.length; i += FOLDS) predicted[i] = predict(rows[i]);
  }
  return predicted;
}
