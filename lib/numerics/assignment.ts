/**
 * The best one-to-one assignment of rows to columns (Kuhn's Hungarian method, in the form with
 * potentials and shortest augmenting paths of Jonker and Volgenant 1987): O(rows² · columns),
 * exact.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bestAssignment } from "./assignment.ts";
 * // The best pair, 9, would leave 1 for the other row: 8 + 7 is more.
 * assertEquals([...bestAssignment([9, 8, 7, 1], { rows: 2, cols: 2 })], [1, 0]);
 * ```
 * @module
 */
import { exactly, expectForm, whole } from "../io/form.ts";
import { expectNumbers } from "./numbers.ts";

const SIZES = exactly({ rows: whole(1), cols: whole(1) });

/**
 * scores [rows, cols], row-major -> for each row the column that it gets, -1 where there are more
 * rows than columns and it gets none. The sum of the scores of all pairs is the largest that there
 * is; min(rows, cols) pairs are made, whatever their scores. Throws on a score that is not finite
 * and on a table of another size.
 */
export function bestAssignment(
  scores: ArrayLike<number>,
  sizes: { rows: number; cols: number },
): Int32Array {
  const action = "assign rows to columns";
  const { rows, cols } = expectForm(action, sizes, SIZES);
  if (scores.length !== rows * cols) {
    throw new RangeError(
      `Cannot ${action}: expected ${rows} x ${cols} scores but found ${scores.length}: ` +
        "pass one score for each pair",
    );
  }
  expectNumbers(action, scores);
  if (rows <= cols) return assign((r, c) => -scores[r * cols + c], rows, cols);
  const rowOf = assign((c, r) => -scores[r * cols + c], cols, rows);
  const result = new Int32Array(rows).fill(-1);
  rowOf.forEach((row, col) => result[row] = col);
  return result;
}

/** Least total cost with n <= m: rows enter one by one, each by the cheapest path of exchanges. */
function assign(cost: (row: number, col: number) => number, n: number, m: number): Int32Array {
  const u = new Float64Array(n), v = new Float64Array(m); // potentials of rows and columns
  const rowOf = new Int32Array(m).fill(-1);
  const from = new Int32Array(m), least = new Float64Array(m), done = new Uint8Array(m);
  for (let row = 0; row < n; row++) {
    least.fill(Infinity);
    done.fill(0);
    let at = -1, current = row; // column reached last, and the row that holds it
    do {
      if (at >= 0) done[at] = 1;
      let next = -1, delta = Infinity;
      for (let col = 0; col < m; col++) {
        if (done[col]) continue;
        const reduced = cost(current, col) - u[current] - v[col];
        if (reduced < least[col]) [least[col], from[col]] = [reduced, at];
        if (least[col] < delta) [delta, next] = [least[col], col];
      }
      u[row] += delta;
      for (let col = 0; col < m; col++) {
        if (done[col]) {
          u[rowOf[col]] += delta;
          v[col] -= delta;
        } else least[col] -= delta;
      }
      at = next;
      current = rowOf[at];
    } while (current >= 0);
    while (at >= 0) {
      rowOf[at] = from[at] >= 0 ? rowOf[from[at]] : row;
      at = from[at];
    }
  }
  const result = new Int32Array(n).fill(-1);
  rowOf.forEach((row, col) => {
    if (row >= 0) result[row] = col;
  });
  return result;
}
