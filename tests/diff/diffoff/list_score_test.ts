// Hand-worked lists, and parts of the work.
import { assertEquals, assertThrows } from "@std/assert";
import { closedBy, harmless, retrieval } from "../../../lib/diff/diffoff/list_score.ts";
import { meanPrecision, precisionAtRecall } from "../../../lib/diff/diffoff/precision_recall.ts";
import { shardOf } from "../../../lib/diff/diffoff/shard.ts";

Deno.test("harmless() keeps the order and what lies at the limit", () => {
  assertEquals(harmless(["a", "b", "c"], [0.05, 0.06, -1], 0.05), ["a", "c"]);
});

Deno.test("retrieval() counts positives that the list lacks", () => {
  const list = [false, true, false, true, ...Array(8).fill(false)];
  assertEquals(retrieval(list, 4), {
    AP: (1 / 2 + 2 / 4) / 4,
    precisionAt10: 0.2,
    found: 2,
    positives: 4,
  });
  assertEquals(retrieval([false, false], 0).AP, null); // nothing to find
  assertEquals(retrieval([false, false], 3).AP, 0);
  assertThrows(() => retrieval([true, true], 1), RangeError, "average precision");
});

Deno.test("closedBy() is the share of the gap that the first ten close", () => {
  const curve = [[5, -1], [10, -3]].map(([size, KL]) => ({ size, effect: { KL } as never }));
  assertEquals(closedBy(curve, { gap: 4 }), 0.75);
  assertEquals(closedBy(curve.slice(0, 1), { gap: 4 }), null);
});

Deno.test("shards partition the items, in runs of neighbours", () => {
  for (const n of [1, 7, 20, 540]) {
    const items = Array.from({ length: n }, (_, i) => i);
    for (const  of of[1, 2, 3, 9, n]) {
      const parts = Array.from({ length: of }, (_, i) => shardOf(items, { index: i + 1, of }));
      assertEquals(parts.flat(), items);
      const sizes = parts.map(({ length }) => length);
      assertEquals(Math.max(...sizes) - Math.min(...sizes) <= 1, true);
    }
  }
  const seeds = shardOf(Array.from({ length: 40 }, (_, i) => i >> 2), { index: 2, of: 5 });
  assertEquals(seeds, [2, 2, 2, 2, 3, 3, 3, 3]); // whole seeds, where they come out even
});

Deno.test("a shard out of range is refused", () => {
  for (const [index, of] of [[0, 3], [4, 3], [1, 0], [1.5, 2], [NaN, 2]]) {
    assertThrows(() => shardOf([1, 2], { index, of }), RangeError, "Cannot take a shard");
  }
});

Deno.test("precision at a recall is the best of all longer heads, and a mean skips seeds with nothing to find", () => {
  const list = { causal: [2, 3, 9], positives: 4 }; // of heads: 1/3, 2/4, 3/10
  const at = precisionAtRecall(list);
  assertEquals([0.1, 0.25, 0.5, 0.75, 1].map(at), [0.5, 0.5, 0.5, 0.3, 0]);
  const [first, ...rest] = meanPrecision([list, { causal: [], positives: 0 }, {
    causal: [0],
    positives: 1,
  }]);
  assertEquals([first.precision, rest.at(-1)], [0.75, { recall: 1, precision: 0.5 }]);
  assertEquals(meanPrecision([{ causal: [], positives: 0 }]), []);
});
