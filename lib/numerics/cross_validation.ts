/**
 * How well columns predict on rows that they were not fitted to.
 *
 * @module
 */
import { exactly, expectForm, integer, maybe, whole } from "../io/form.ts";
import { coefficients, factor } from "./least_squares.ts";
import { expectNumbers } from "./numbers.ts";
import { stream } from "./random.ts";

/** How items are parted into folds. */
export type FoldOptions = {
  seed: number;
  /** By default 10. */
  folds?: number;
};

const OPTIONS = exactly({ seed: integer, folds: maybe(whole(2)) });

/** The fold of each row: as even as it goes, in a random order. */
export function foldOf(rows: number, options: FoldOptions): Uint32Array {
  expectForm("cut rows into folds", options, OPTIONS);
  const { seed, folds = 10 } = options;
  if (rows < folds) {
    throw new RangeError(
      `Cannot cut rows into folds: expected at least ${folds} rows but found ${rows}: ` +
        "take fewer folds or more rows",
    );
  }
  return stream(seed, "folds").permutation(rows).map((place) => place % folds);
}

/**
 * R² of each target [rows] as a linear function of the columns and an intercept: each fold is
 * predicted from the others, and the squared errors of all are held against the squares around the
 * means of the same training rows. 0: no better than the mean; below 0: worse.
 */
export function crossValidatedR2(
  targets: readonly ArrayLike<number>[],
  columns: readonly ArrayLike<number>[],
  options: FoldOptions,
): number[] {
  const rows = targets[0]?.length ?? 0;
  for (const values of [...targets, ...columns]) {
    expectNumbers("cross-validate", values);
    if (values.length === rows) continue;
    throw new RangeError(
      `Cannot cross-validate: expected ${rows} rows but found ${values.length}: pass one a row`,
    );
  }
  const fold = foldOf(rows, options);
  const folds = fold.reduce((most, f) => Math.max(most, f + 1), 0);
  const design = [new Float64Array(rows).fill(1), ...columns];
  const errors = targets.map(() => 0), squares = targets.map(() => 0);
  for (let held = 0; held < folds; held++) {
    const train = indicesWhere(fold, (f) => f !== held);
    const test = indicesWhere(fold, (f) => f === held);
    const factors = factor(design.map((column) => take(column, train)));
    targets.forEach((target, t) => {
      const y = take(target, train);
      const beta = coefficients(factors, y);
      const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
      for (const row of test) {
        const predicted = design.reduce((sum, column, c) => sum + beta[c] * column[row], 0);
        errors[t] += (target[row] - predicted) ** 2;
        squares[t] += (target[row] - mean) ** 2;
      }
    });
  }
  return targets.map((_, t) => 1 - errors[t] / squares[t]);
}

function indicesWhere(values: Uint32Array, holds: (value: number) => boolean): Uint32Array {
  return Uint32Array.from(values, (_, i) => i).filter((i) => holds(values[i]));
}

function take(values: ArrayLike<number>, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row]);
}
