import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { stream } from "../../lib/numerics/random.ts";
import { averageRanks, kendall, pearson, spearman } from "../../lib/numerics/rank_correlation.ts";

const x = [0.9, 0.1, 0.4, 0.7, 0.3, 0.8, 0.2, 0.6];
const y = [1.8, 0.2, 1.1, 0.9, 0.5, 1.5, 0.7, 0.6];

Deno.test("averageRanks() shares the ranks of ties, infinities included", () => {
  assertEquals(averageRanks([3, 1, 3, 3, -Infinity]), Float64Array.of(4, 2, 4, 4, 1));
  assertThrows(() => averageRanks([1, NaN]), RangeError, "NaN at 1 of 2");
});

Deno.test("spearman() of eight values is 1 - 6 Σd² / (n³ - n)", () => {
  // squared differences of ranks: 0 0 1 4 1 0 4 4
  assertAlmostEquals(spearman(x, y), 1 - 6 * 14 / 504, 1e-12);
  assertAlmostEquals(spearman([1, 2, 2, 3], [1, 3, 2, 4]), 4.5 / Math.sqrt(4.5 * 5), 1e-12);
});

Deno.test("spearman() and kendall() do not see a monotone change, and turn with a falling one", () => {
  for (const coefficient of [spearman, kendall]) {
    const value = coefficient(x, y);
    assertAlmostEquals(coefficient(x.map((v) => Math.exp(9 * v)), y), value, 1e-14);
    assertAlmostEquals(coefficient(x.map((v) => -(v ** 3)), y), -value, 1e-14);
  }
});

Deno.test("kendall() counts as a loop over all pairs does, ties and all", () => {
  const random = stream(0, "test");
  for (const n of [3, 4, 7, 60, 101]) {
    const a = Array.from({ length: n }, () => random.int(n));
    const b = Array.from(a, (value) => random.int(5) + (value >> 1));
    assertAlmostEquals(kendall(a, b), slowKendall(a, b), 1e-12, `n ${n}`);
  }
});

Deno.test("correlations refuse constants, lists of two lengths and two items", () => {
  for (const coefficient of [pearson, spearman, kendall]) {
    assertThrows(() => coefficient([1, 2, 3], [0.1, 0.1, 0.1]), RangeError, "3 times the same");
    assertThrows(() => coefficient([1, 2, 3], [1, 2]), RangeError, "3 and 2");
    assertThrows(() => coefficient([1, 2], [1, 2]), RangeError, "3 at least");
  }
});

function slowKendall(a: number[], b: number[]): number {
  let difference = 0, untiedA = 0, untiedB = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const [u, v] = [Math.sign(a[i] - a[j]), Math.sign(b[i] - b[j])];
      difference += u * v;
      untiedA += u * u;
      untiedB += v * v;
    }
  }
  return difference / Math.sqrt(untiedA * untiedB);
}
