import { assertAlmostEquals, assertThrows } from "@std/assert";
import { cosine } from "../../lib/numerics/cosine.ts";

Deno.test("cosine() does not overflow on numbers whose squares do", () => {
  assertAlmostEquals(cosine([3e200, 0], [3e200, 4e200]), 0.6, 1e-15);
  assertAlmostEquals(cosine([1e200, 1e200], [1e-200, 1e-200]), 0, 1e-15);
  assertAlmostEquals(cosine([1.7e308, 0], [1, 1]), Math.SQRT1_2, 1e-15);
});

Deno.test("cosine() refuses vectors of unlike lengths, and of none", () => {
  for (const [a, b] of [[[1], [1, 2]], [[], []]]) {
    assertThrows(() => cosine(a, b), RangeError, "expected two of one length");
  }
});
