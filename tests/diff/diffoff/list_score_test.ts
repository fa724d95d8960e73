// Hand-worked lists.
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { closedBy, closedSoon, harmless, retrieval } from "../../../lib/diff/diffoff/list_score.ts";
import { meanPrecision, precisionAtRecall } from "../../../lib/diff/diffoff/precision_recall.ts";

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

Deno.test("closedSoon() takes at each size the most that a cheap head of no more directions closes", () => {
  // dear at 2, worse at 5, more than all of it at 10, and no twenty
  const points = [[1, -1, 0], [2, -4, 0.13], [3, -2, 0], [5, 1, 0], [10, -6, 0.12]];
  const curve = points.map(([size, KL, clean]) => ({ size, effect: { KL, clean } }));
  assertAlmostEquals(closedSoon(curve, { gap: 4 }), (0.25 + 0.25 + 0.5 + 0.5 + 1 + 1) / 6);
  assertEquals(closedSoon([], { gap: 4 }), 0);
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
