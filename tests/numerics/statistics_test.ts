import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  frontier,
  linearFit,
  median,
  moments,
  percentiles,
  quantile,
  spread,
} from "../../lib/numerics/statistics.ts";

Deno.test("quantile() interpolates as numpy's default", () => {
  assertEquals(quantile([4, 1, 3, 2], 0.5), 2.5);
  assertAlmostEquals(quantile([10, 20, 30], 0.05), 11, 1e-12);
  assertEquals([quantile([1, 2], 0), quantile([1, 2], 1)], [1, 2]);
});

Deno.test("percentiles() are nearest ranks", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  assertEquals(percentiles(values), { mean: 50.5, p5: 5, p25: 25, p50: 50, p75: 75, p95: 95 });
});

Deno.test("spread(), median(), linearFit() and frontier() give what is worked out by hand", () => {
  const { mean, sd } = spread([1, 2, 6]);
  assertEquals([mean, sd], [3, Math.sqrt(7)]); // 4 + 1 + 9 over 2
  assertEquals(median([5, 1, 3, 2]), 2.5);
  assertEquals(linearFit([{ x: 0, y: 1 }, { x: 2, y: 5 }]), {
    slope: 2,
    intercept: 1,
    r2: 1,
    n: 2,
  });
  assertEquals(linearFit([{ x: 1, y: 1 }, { x: 1, y: 5 }]), undefined);
  const rows = [[0.5, 10], [0.6, 9], [0.6, 12], [0.9, 20]].map(([bound, flops]) => ({
    bound,
    flops,
  }));
  assertEquals(frontier(rows).map(({ flops }) => flops), [9, 12, 20]);
});

Deno.test("moments() of two and of three values, and of normal ones", () => {
  assertEquals(moments(Float64Array.of(1, 3)), { mean: 2, sd: 1, excessKurtosis: -2 });
  const { mean, sd, excessKurtosis } = moments(Float64Array.of(0, 0, 3));
  assertAlmostEquals(sd, Math.SQRT2, 1e-15); // (1 + 1 + 4) / 3
  assertAlmostEquals(excessKurtosis, 18 / 3 / 4 - 3, 1e-12); // fourth powers 1, 1, 16
  assertEquals(mean, 1);
});
