import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ndcg, precisionAtK } from "../../lib/numerics/retrieval.ts";

const truth = [5, 4, 3, 2, 1, 0];

Deno.test("precisionAtK() counts the common head", () => {
  assertEquals(precisionAtK([9, 8, 0, 7, 1, 2], truth, 3), 2 / 3);
  assertEquals(precisionAtK(truth.map((v) => v ** 3), truth, 2), 1);
  assertEquals(precisionAtK(truth.map((v) => -v), truth, 3), 0);
});

Deno.test("precisionAtK() of all ties is chance", () => {
  assertAlmostEquals(precisionAtK([1, 1, 1, 1, 1, 1], truth, 2), 2 / 6, 1e-12);
  assertAlmostEquals(precisionAtK([9, 1, 1, 1, 1, 1], truth, 2), (1 + 1 / 5) / 2, 1e-12);
});

Deno.test("ndcg() is 1 for the best order and what is worked out by hand for another", () => {
  assertEquals(ndcg([30, 20, 10], [3, 2, 1]), 1);
  const worst = (1 + 2 / Math.log2(3) + 3 / 2) / (3 + 2 / Math.log2(3) + 1 / 2);
  assertAlmostEquals(ndcg([1, 2, 3], [3, 2, 1]), worst, 1e-12);
  assertAlmostEquals(ndcg([0, 1, 0], [3, 2, 1], 1), 2 / 3, 1e-12);
  assertAlmostEquals(ndcg([7, 7, 7], [3, 2, 1], 1), 2 / 3, 1e-12); // the mean gain of the tied
});

Deno.test("heads refuse a k beyond the list, and gains below 0", () => {
  assertThrows(() => precisionAtK(truth, truth, 7), RangeError, "from 1 to 6");
  assertThrows(() => ndcg([1, 2, 3], [1, -2, 3]), RangeError, "found -2");
  assertThrows(() => ndcg([1, 2, 3], [0, 0, 0]), RangeError, "found none");
});
