import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { auc, bootstrapAuc, groupAuc } from "../../lib/numerics/ranks.ts";

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

Deno.test("groupAuc() has an interval from ten values in each group on, and nothing of an empty one", () => {
  const [ten, twelve] = [10, 12].map((n) => Array.from({ length: n }, (_, i) => i % 7));
  const found = groupAuc(ten, twelve, { seed: 0 })!;
  const { auc: area, low, high } = bootstrapAuc(ten, twelve, { seed: 0 });
  assertEquals(found, { auc: area, of: 10, others: 12, interval: [low, high] });
  assertEquals(groupAuc([3], twelve, { seed: 0 }), { auc: auc([3], twelve), of: 1, others: 12 });
  assertEquals(groupAuc(twelve, [3], { seed: 0 })?.interval, undefined);
  assertEquals(groupAuc([], twelve, { seed: 0 }), undefined);
});
