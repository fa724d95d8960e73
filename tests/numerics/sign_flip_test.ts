import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { stream } from "../../lib/numerics/random.ts";
import { leastSignFlip, signFlip } from "../../lib/numerics/sign_flip.ts";

Deno.test("signFlip() equals scipy's permutation test", () => {
  // scipy 1.17.1: stats.permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf), 2^7 patterns
  assertEquals(signFlip([1.2, -0.4, 0.7, 2.1, 0.3, -0.1, 0.9]), 0.09375);
  assertEquals(signFlip([0, 0]), 1);
  assertThrows(() => signFlip([]), RangeError, "found 0");
});

Deno.test("signFlip() is below 0.05 no more often than that where signs are chance", () => {
  const random = stream(0, "signs");
  const p = Array.from(
    { length: 400 },
    () => signFlip(Array.from({ length: 8 }, () => random.normal())),
  );
  assertAlmostEquals(p.filter((value) => value <= 0.05).length / 400, 0.047, 0.025);
});

Deno.test("signFlip() draws patterns of more than 20 differences, the same ones again", () => {
  const random = stream(1, "many"), many = Array.from({ length: 30 }, () => random.normal() + 0.35);
  const p = signFlip(many, { draws: 20_000 });
  assertEquals(p, signFlip(many, { draws: 20_000 }));
  const twenty = many.slice(0, 20), exact = signFlip(twenty);
  const padded = signFlip([...twenty, 0], { draws: 20_000 }); // a zero changes nothing, but is one too many
  assertAlmostEquals(padded, exact, 4 * Math.sqrt(exact * (1 - exact) / 20_000));
  assertEquals(signFlip(Array(40).fill(1), { draws: 1000 }), 1 / 1001); // itself alone
});

Deno.test("leastSignFlip() counts the differences that are not zero", () => {
  assertEquals(leastSignFlip([1, -2, 3, 0]), signFlip([1, 2, 3, 0]));
  assertEquals([leastSignFlip([]), leastSignFlip([0, 0]), leastSignFlip([5])], [1, 1, 1]);
});
