// What logits say of an answer, against sums written down.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { divergence, divergencesFrom } from "../../../lib/model/forced/scores.ts";

const even = Float32Array.of(3, 3), odd = Float32Array.of(0, Math.log(3)); // 1/2, 1/2 and 1/4, 3/4

Deno.test("divergence() is KL in nats from the first distribution to the second", () => {
  assertAlmostEquals(divergence(even, odd), Math.log(2 / Math.sqrt(3)), 1e-6);
  assertAlmostEquals(divergence(odd, even), 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5), 1e-6);
});

Deno.test("divergencesFrom() takes each reference by its place, asked again too", () => {
  const from = divergencesFrom([even, odd]);
  for (const place of [1, 0, 1, 0]) {
    const [reference, found] = place === 0 ? [even, odd] : [odd, even];
    assertEquals(from(place, found), divergence(reference, found));
    assertEquals(from(place, reference), 0);
  }
});
