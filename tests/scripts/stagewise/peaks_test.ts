import { assertAlmostEquals, assertEquals } from "@std/assert";
import { barsOf, middleOf, peaksOf } from "../../../scripts/stagewise/peaks.ts";

const values = (counts: Record<number, number>) =>
  Object.entries(counts).flatMap(([value, n]) => Array.from({ length: n }, () => Number(value)));

Deno.test("peaksOf() takes a bar above both beside it, of ten values at least", () => {
  const bars = barsOf(values({ 0: 12, 0.07: 3, 0.42: 20, 0.47: 30, 0.52: 20, 0.8: 9, 1: 10 }));
  assertEquals(peaksOf(bars), [0, 9, 19]); // nine at 0.8 are too few, those beside 0.475 its slopes
  assertAlmostEquals(middleOf(9), 0.475, 1e-12);
  assertEquals(peaksOf(barsOf(values({ 0.42: 20, 0.47: 20 }))), []);
});
