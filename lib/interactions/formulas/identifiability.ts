/** Whether contributions of features are the only ones possible. @module */
import { matrix, svd } from "../../numerics/linear_algebra.ts";
import { norm } from "./vectors.ts";

/**
 * The least singular value of the active decoder rows [n][d_model], each at norm 1: 1 for orthogonal
 * ones, 0 where some are linearly dependent, so that the same input could be split otherwise. NaN
 * of none; throws on a row of zeros.
 */
export function leastSingularValue(rows: readonly ArrayLike<number>[]): number {
  if (rows.length === 0) return NaN;
  const d_model = rows[0].length;
  if (rows.length > d_model) return 0;
  const unit = rows.flatMap((row, i) => {
    const size = norm(row);
    if (!(size > 0)) {
      throw new RangeError(
        `Cannot compare decoder rows: expected a direction but found row ${i} of zeros: ` +
          "leave latents out that write nothing",
      );
    }
    return Array.from(row, (x) => x / size);
  });
  return svd(matrix(unit, rows.length, d_model)).S[rows.length - 1];
}
