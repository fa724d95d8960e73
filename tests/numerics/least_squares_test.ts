import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { coefficients, factor, residual } from "../../lib/numerics/least_squares.ts";

const one = [1, 1, 1, 1], x = [0, 1, 2, 3], squares = [0, 1, 4, 9];

Deno.test("coefficients() finds a planted polynomial, residual() leaves nothing of it", () => {
  const y = x.map((v) => 2 - 3 * v + 0.5 * v * v);
  const factors = factor([one, x, squares]);
  const [a, b, c] = coefficients(factors, y);
  assertAlmostEquals(a, 2, 1e-12);
  assertAlmostEquals(b, -3, 1e-12);
  assertAlmostEquals(c, 0.5, 1e-12);
  for (const left of residual(factors, y)) assertAlmostEquals(left, 0, 1e-12);
});

Deno.test("residual() of a line through four points is what is worked out by hand", () => {
  // y = 0, 0, 0, 4: slope 1.2, intercept -0.8
  const left = residual(factor([one, x]), [0, 0, 0, 4]);
  [0.8, -0.4, -1.6, 1.2].forEach((value, i) => assertAlmostEquals(left[i], value, 1e-12));
});

Deno.test("factor() leaves a dependent column out, and its coefficient is 0", () => {
  const factors = factor([one, x, x.map((v) => 5 - 2 * v), squares]);
  assertEquals(factors.kept, [0, 1, 3]);
  assertEquals(coefficients(factors, [0, 1, 2, 3])[2], 0);
  assertThrows(() => factor([one, [0, NaN, 0, 0]]), RangeError, "NaN at 1 of 4");
});
