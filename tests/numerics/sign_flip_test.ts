import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { stream } from "../../lib/numerics/random.ts";
import { signFlip } from "../../lib/numerics/sign_flip.ts";

Deno.test("signFlip() equals scipy's permutation test", () => {
  // scipy 1.17.1: stats.permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf), 2^7 patterns
  assertEquals(signFlip([1.2, -0.4, 0.7, 2.1, 0.3, -0.1, 0.9]), 0.09375);
  assertEquals(signFlip([0, 0]), 1);
  assertThrows(() => signFlip([]), RangeError, "found 0");
  assertThrows(() => signFlip(Array(21).fill(1)), RangeError, "found 21");
});

Deno.test("signFlip() is below 0.05 no more often than that where signs are chance", () => {
  const random = stream(0, "signs");
  const p = Array.from(
    { length: 400 },
    () => signFlip(Array.from({ length: 8 }, () => random.normal())),
  );
  assertAlmostEquals(p.filter((value) => value <= 0.05).length / 400, 0.047, 0.025);
});
