import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { holm } from "../../lib/numerics/holm.ts";

Deno.test("holm() multiplies the least by the number of tests, and never falls again", () => {
  const found = holm([0.01, 0.04, 0.03, 0.005]); // R: p.adjust(c(.01, .04, .03, .005), "holm")
  [0.03, 0.06, 0.06, 0.02].forEach((p, i) => assertAlmostEquals(found[i], p, 1e-12));
  assertEquals(holm([0.9, 0.8]), [1, 1]);
  assertEquals(holm([]), []);
  assertThrows(() => holm([1.5]), RangeError, "adjust p-values");
});
