// Expected: mpmath 1.3.0, ncdf() at 30 digits.
import { assertAlmostEquals } from "@std/assert";
import { normalDensity, normalDistribution } from "../../lib/numerics/normal.ts";

Deno.test("normalDistribution() is right to 1e-14 of itself, far into the lower tail", () => {
  const expected = [
    [-12, 1.776482112077679e-33],
    [-5, 2.86651571879193912e-7],
    [-2.5, 0.00620966532577613517],
    [-2, 0.0227501319481792072],
    [-1.9, 0.0287165598160018052],
    [-1, 0.158655253931457051],
    [-0.3, 0.382088577811047367],
    [0, 0.5],
    [0.7, 0.758036347776926971],
    [3, 0.998650101968369905],
  ];
  for (const [x, share] of expected) {
    assertAlmostEquals(normalDistribution(x) / share, 1, 2e-14, `at ${x}`);
  }
});

Deno.test("normalDensity() is the slope of normalDistribution()", () => {
  for (const x of [-3, -1.2, 0, 0.4, 2.2]) {
    const slope = (normalDistribution(x + 1e-5) - normalDistribution(x - 1e-5)) / 2e-5;
    assertAlmostEquals(normalDensity(x), slope, 1e-9);
  }
});
