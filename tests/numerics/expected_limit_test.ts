// Against SciPy: scipy.stats.beta.isf(alpha, k + 1, n - k), for counts that need not be whole.
import { assert, assertEquals } from "@std/assert";
import { expectedLimit } from "../../lib/numerics/expected_limit.ts";

Deno.test("expectedLimit() is the Clopper-Pearson limit at the expected count to a few thousandths", () => {
  const cases: [k: number, n: number, alpha: number, limit: number][] = [
    [0.3, 400, 0.01, 0.013072027775630286],
    [0.3, 400, 1e-06, 0.03621761227179103],
    [2.5, 1000, 1e-06, 0.020081942798181714],
    [12.25, 20000, 0.01, 0.001157261511738767],
    [12.25, 20000, 1e-12, 0.002832490943564234],
    [480.5, 1000, 1e-06, 0.5559539096106934],
    [9600, 20000, 0.01, 0.4882465935240897],
    [73.1, 100000, 1e-06, 0.0012239947625579692],
    [7310, 10000000, 1e-06, 0.0007724500592907965],
    [1.2, 30, 0.01, 0.21215110204017873],
  ];
  for (const [k, n, alpha, limit] of cases) {
    const found = expectedLimit(alpha)(k / n, n);
    assert(Math.abs(found / limit - 1) < 4e-3, `${k} of ${n} at ${alpha}: ${found}, ${limit}`);
  }
  assertEquals(expectedLimit(0.01)(0.5, 1), 1);
});
