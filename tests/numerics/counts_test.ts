import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { baseRate, percentOf, shareDifference, wilsonInterval } from "../../lib/numerics/counts.ts";

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

Deno.test("shareDifference() has the interval of Newcombe's example, 56 of 70 minus 48 of 80", () => {
  const { difference, low, high } = shareDifference({ count: 56, of: 70 }, { count: 48, of: 80 });
  assertAlmostEquals(difference, 20, 1e-9);
  assertAlmostEquals(low, 5.24, 0.005);
  assertAlmostEquals(high, 33.39, 0.005);
  const nothing = { count: 0, of: 0 };
  assertThrows(() => shareDifference({ count: 1, of: 2 }, nothing), RangeError, "found 2 and 0");
});
