import { assertEquals, assertThrows } from "@std/assert";
import { bestAssignment } from "../../lib/numerics/assignment.ts";
import { stream } from "../../lib/numerics/random.ts";

const total = (scores: ArrayLike<number>, cols: number, columns: ArrayLike<number>) =>
  Array.from(columns).reduce((sum, col, row) => sum + (col < 0 ? 0 : scores[row * cols + col]), 0);

/** The largest total over all ways to give each row a column of its own, tried one by one. */
function exhaustive(scores: ArrayLike<number>, rows: number, cols: number): number {
  const best = (row: number, taken: number): number => {
    if (row === rows) return 0;
    let most = -Infinity;
    for (let col = 0; col < cols; col++) {
      if (taken & 1 << col) continue;
      most = Math.max(most, scores[row * cols + col] + best(row + 1, taken | 1 << col));
    }
    return most;
  };
  return best(0, 0);
}

Deno.test("bestAssignment() finds the largest sum, as trying every assignment does", () => {
  const random = stream(0, "assignment");
  for (let trial = 0; trial < 200; trial++) {
    const rows = 1 + random.int(5), cols = rows + random.int(3);
    // Few values, so that there are ties; negative ones, since pairs are made whatever they score.
    const scores = Array.from({ length: rows * cols }, () => random.int(9) - 4);
    const found = bestAssignment(scores, { rows, cols });
    assertEquals(new Set(found).size, rows);
    assertEquals(total(scores, cols, found), exhaustive(scores, rows, cols), `${scores}`);
  }
});

Deno.test("bestAssignment() leaves rows over where there are more of them than columns", () => {
  // Column 0 goes to row 2, column 1 to row 0: 5 + 4.
  assertEquals([...bestAssignment([3, 4, 1, 3, 5, 0], { rows: 3, cols: 2 })], [1, -1, 0]);
});

Deno.test("bestAssignment() refuses tables of another size and scores that are not finite", () => {
  assertThrows(() => bestAssignment([1, 2, 3], { rows: 2, cols: 2 }), RangeError, "2 x 2 scores");
  assertThrows(() => bestAssignment([1, NaN], { rows: 1, cols: 2 }), RangeError, "found NaN");
});
