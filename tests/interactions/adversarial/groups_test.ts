// Pairs that never meet, groups matched on main effects, distances: small cases worked by hand.
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { between } from "../../../lib/interactions/adversarial/between.ts";
import { matchedOn, randomOf } from "../../../lib/interactions/adversarial/groups.ts";
import { mahalanobis } from "../../../lib/interactions/adversarial/mahalanobis.ts";
import {
  countMeetings,
  pairsByMeeting,
} from "../../../lib/interactions/adversarial/never_together.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { topOf } from "../../../lib/interactions/ranking/top.ts";
import { stream } from "../../../lib/numerics/random.ts";

Deno.test("pairsByMeeting() tells pairs that never meet from rare ones, over parts of a text", () => {
  const part = (...rows: number[][]) => activeLatents(Float32Array.from(rows.flat()), 3);
  const parts = [part([2, 0, 0], [0, 1, 0], [4, 0, 1]), part([1, 0, 3], [0, 1, 0], [0, 1, 0])];
  const counts = countMeetings(parts);
  assertEquals([counts.tokens, ...counts.fired], [6, 3, 3, 2]);
  assertAlmostEquals(counts.mu[0], 7 / 3, 1e-12);
  const { never, often, chance } = pairsByMeeting(counts, { least: 1 });
  assertEquals([[...never.i], [...never.j]], [[0, 1], [1, 2]]); // expected 1.5 and 1, met 0
  assertEquals([[...often.i], [...often.j], chance], [[0], [2], 3]);
  assertEquals(pairsByMeeting(counts, { least: 1.2 }).never.i.length, 1);
  assertThrows(() => countMeetings([]), RangeError, "expected parts of a text");
});

Deno.test("matchedOn() takes the nearest pair that is left, each once and none of the chosen", () => {
  const product = [1, 5, 4.9, 2, 5.2, 1.1];
  assertEquals(topOf([3, 9, 1, 9], 3), [1, 3, 0]);
  assertEquals(matchedOn(product, [1, 0]), [2, 5]);
  assertEquals(matchedOn(product, [1, 2, 4, 0, 3]), [5]); // only one is left
  const drawn = randomOf(10, { count: 4, others: [0, 1, 2, 3, 4, 5], random: stream(0, "r") });
  assertEquals(drawn.toSorted(), [6, 7, 8, 9]);
});

Deno.test("mahalanobis() of independent columns sums squares over variances, whatever their units", () => {
  const random = stream(0, "rows"), n = 4000;
  const rows = Float64Array.from(
    { length: 2 * n },
    (_, at) => random.normal() * (at % 2 ? 10 : 0.1) + (at % 2 ? 3 : 0),
  );
  const distance = mahalanobis(rows, { d_in: 2 });
  assertAlmostEquals(distance([0.1, 3]), 1, 0.1);
  assertAlmostEquals(distance([0, 23]), 4, 0.3);
  const mean =
    Array.from({ length: n }, (_, r) => distance(rows.subarray(2 * r, 2 * r + 2))).reduce((a, b) =>
      a + b
    ) / n;
  assertAlmostEquals(mean, 2, 1e-6); // the trace of the identity
  assertThrows(
    () => mahalanobis([1, 2, 1, 2], { d_in: 2 }),
    RangeError,
    "expected activations that vary",
  );
});

Deno.test("between() gives a difference of groups an interval that holds it", () => {
  const of = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const { difference, low, high } = between([3, 4, 5, 4], [1, 2, 1, 2], { of, seed: 0 });
  assertEquals(difference, 2.5);
  assertEquals(low > 1 && low < 2.5 && high > 2.5 && high < 4, true);
});
