import { assertEquals, assertThrows } from "@std/assert";
import {
  addValues,
  runningStatistics,
  statisticsOf,
} from "../../../lib/interactions/pairs/running_statistics.ts";
import { pairStatistics } from "../../../lib/interactions/ranking/statistics.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { assertClose } from "../../util.ts";

Deno.test("statistics part by part are those of all values at once, quantiles as well", () => {
  const random = stream(0, "values"), n = 6000;
  // Pairs of 0, some, hundreds and thousands of values.
  const pair = Uint32Array.from(
    { length: n },
    () => [1, 2, 2, 3, 3, 3, 3, 3, 3, random.int(200)][random.int(10)] || 4,
  );
  const values = random.normals(n).map((v) => Math.abs(v));
  const none = { d_sae: 400, i: new Uint32Array(200), j: new Uint32Array(200) };
  const whole = pairStatistics(values, { pairs: none, pair }, { tokens: 9000 });
  const running = runningStatistics(whole.count);
  for (const [from, to] of [[0, 1], [1, 700], [700, n]]) {
    addValues(running, values.slice(from, to), pair.subarray(from, to));
  }
  const found = statisticsOf(running, { tokens: 9000 });
  assertEquals([whole.count[0], whole.count[3] > 3000], [0, true]);
  for (const key of ["S_mean", "S_co", "S_q99", "S_max"] as const) {
    assertClose(found[key], whole[key], { name: key, rtol: 1e-12 });
  }
});

Deno.test("statistics of a text that was not read to its end are refused", () => {
  const running = runningStatistics(Uint32Array.of(2, 300));
  addValues(running, Float32Array.of(1, 2, 3), Uint32Array.of(0, 0, 1));
  assertThrows(
    () => statisticsOf(running, { tokens: 5 }),
    RangeError,
    "expected 300 values of pair 1 but found 1",
  );
});

Deno.test("values that are not finite are refused, as pairStatistics does", () => {
  const running = runningStatistics(Uint32Array.of(2));
  assertThrows(
    () => addValues(running, Float32Array.of(1, Infinity), Uint32Array.of(0, 0)),
    RangeError,
    "expected finite numbers but found Infinity at 1 of 2",
  );
});
