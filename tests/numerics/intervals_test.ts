import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  auc,
  baseRate,
  bootstrapAuc,
  percentOf,
  wilsonInterval,
} from "../../lib/numerics/intervals.ts";
import { quantile } from "../../lib/numerics/numbers.ts";

Deno.test("auc() is 1, 0 and 0.5 for perfect, inverted and tied groups", () => {
  assertEquals(auc([0.1, 0.2], [0.3, 0.4, 0.5]), 1);
  assertEquals(auc([0.3, 0.4, 0.5], [0.1, 0.2]), 0);
  assertEquals(auc([0.7, 0.7], [0.7, 0.7, 0.7]), 0.5);
});

Deno.test("auc() counts the pairs of a small case, a tie as half", () => {
  // 0.2 < 0.5, 0.2 < 0.9, 0.5 = 0.5 counts half, 0.5 < 0.9, 0.9 > 0.5, 0.9 = 0.9 counts half
  assertAlmostEquals(auc([0.2, 0.5, 0.9], [0.5, 0.9]), 4 / 6, 1e-15);
  assertThrows(() => auc([], [1]), RangeError, "found 0 and 1");
});

Deno.test("bootstrapAuc() holds perfect groups at 1 and repeats with its seed", () => {
  assertEquals(bootstrapAuc([1, 2], [3, 4], { seed: 0 }), { auc: 1, low: 1, high: 1 });
  const [lower, upper] = [[1, 3, 5, 7, 9], [2, 4, 6, 8, 10, 12]];
  const first = bootstrapAuc(lower, upper, { seed: 1 });
  assertEquals(first, bootstrapAuc(lower, upper, { seed: 1 }));
  assert(first.low !== bootstrapAuc(lower, upper, { seed: 2 }).low || first.high < 1);
});

Deno.test("bootstrapAuc() covers what all resamples of a 2 + 2 case give", () => {
  // Drawn are {1,1}, {1,3}, {3,3} with 1/4, 1/2, 1/4 and likewise of {2, 4}: the area is 0 for {3,3}
  // with {2,2} (1/16), and 1 for {1,1} or {4,4} (7/16): both tails of 2.5 % lie there.
  const { auc: area, low, high } = bootstrapAuc([1, 3], [2, 4], { seed: 0 });
  assertEquals([area, low, high], [0.75, 0, 1]);
  // At 50 %, a quarter each side: 5/16 of the resamples give 1/2 or less, 7/16 give 1.
  const half = bootstrapAuc([1, 3], [2, 4], { seed: 0, level: 0.5 });
  assertEquals([half.low, half.high], [0.5, 1]);
});

Deno.test("quantile() interpolates as numpy's default", () => {
  assertEquals(quantile([4, 1, 3, 2], 0.5), 2.5);
  assertAlmostEquals(quantile([10, 20, 30], 0.05), 11, 1e-12);
  assertEquals([quantile([1, 2], 0), quantile([1, 2], 1)], [1, 2]);
});

Deno.test("wilsonInterval() of 20 of 38 and of 0 of 10", () => {
  // the formula in Python: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.959964
  const [low, high] = wilsonInterval({ count: 20, of: 38 });
  assertAlmostEquals(low, 37.26, 0.01);
  assertAlmostEquals(high, 67.52, 0.01);
  assertAlmostEquals(wilsonInterval({ count: 0, of: 10 })[1], 27.75, 0.01);
  assertEquals(wilsonInterval({ count: 0, of: 0 }), [0, 100]);
});

Deno.test("baseRate() takes all others, or 500 of them without repetition", () => {
  const rows = Array.from({ length: 700 }, (_, i) => i);
  assertEquals(baseRate(rows.slice(0, 100), (i) => i < 7, { seed: 0 }), { count: 7, of: 100 });
  const seen = new Set<number>();
  const sampled = baseRate(rows, (i) => (seen.add(i), i < 350), { seed: 0 });
  assertEquals([sampled.of, seen.size], [500, 500]);
  assert(sampled.count > 200 && sampled.count < 300);
  assertEquals(percentOf({ count: 0, of: 0 }), undefined);
});
