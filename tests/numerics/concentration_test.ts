import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { hoeffding } from "../../lib/numerics/concentration.ts";
import { stream } from "../../lib/numerics/random.ts";

const SAMPLING = { B: 1, n: 1000, alpha: 0.05 };

Deno.test("hoeffding() worked by hand", () => {
  assertAlmostEquals(hoeffding(SAMPLING), 0.042946941, 1e-8);
  assertThrows(() => hoeffding({ ...SAMPLING, alpha: 1 }), RangeError, "alpha");
  assertThrows(() => hoeffding({ ...SAMPLING, n: 1 }), RangeError, "n");
});

Deno.test("hoeffding() misses a mean less often than it says", () => {
  const random = stream(0, "samples"), n = 200, sampling = { B: 2, n, alpha: 0.05 };
  let missed = 0;
  for (let draw = 0; draw < 400; draw++) {
    const values = Float64Array.from({ length: n }, () => random.uniform() < 0.1 ? 2 : 0); // mean 0.2
    const mean = values.reduce((x, y) => x + y) / n;
    missed += Number(Math.abs(mean - 0.2) > hoeffding(sampling));
  }
  assert(missed <= 20, `${missed} of 400`);
});
