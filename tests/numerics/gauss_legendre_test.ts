import { assert, assertAlmostEquals } from "@std/assert";
import { gaussLegendre, integrate } from "../../lib/numerics/gauss_legendre.ts";

Deno.test("gaussLegendre() is exact up to degree 2 n − 1, not beyond", () => {
  for (const n of [1, 2, 5, 24, 64]) {
    const rule = gaussLegendre(n);
    for (let degree = 0; degree < 2 * n; degree += 1) {
      assertAlmostEquals(integrate((x) => x ** degree, rule), 1 / (degree + 1), 2e-15);
    }
  }
  const off = integrate((x) => x ** 4, gaussLegendre(2)) - 1 / 5;
  assert(Math.abs(off) > 1e-3);
});

Deno.test("gaussLegendre() of two points has them at ½ ± 1/√12", () => {
  const { points, weights } = gaussLegendre(2);
  assertAlmostEquals(points[1], 0.5 + 1 / Math.sqrt(12), 1e-15);
  assertAlmostEquals(weights[0], 0.5, 1e-15);
});
