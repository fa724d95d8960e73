import { assert, assertAlmostEquals } from "@std/assert";
import { concentrationAt, concentrationOf } from "../../../lib/proofs/subcubic/concentration.ts";

Deno.test("concentrationAt() stays above a convex M between corners, where W3's published step falls below", () => {
  const line = concentrationOf(Float64Array.of(0, -2), Float64Array.of(-4, -1));
  for (let a = 0; a <= 1; a += 1 / 64) {
    const M = Math.max(-4 * a, -2 - a);
    assert(concentrationAt(line, a) >= M && concentrationAt(line, a) < M + 1e-12);
  }
  // M(0.8) extrapolated to 0.5 by the largest slope, -1, gives -2.5; the truth is -2.
  assertAlmostEquals(concentrationAt(line, 0.5), -2, 1e-12);
});
