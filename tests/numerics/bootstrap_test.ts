import { assert, assertEquals, assertThrows } from "@std/assert";
import { bootstrapInterval, bootstrapIntervals } from "../../lib/numerics/bootstrap.ts";

const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const mean = (weights: Uint32Array) =>
  values.reduce((sum, x, i) => sum + x * weights[i], 0) / values.length;

Deno.test("bootstrapInterval() of a mean is as wide as its standard error says", () => {
  const [low, high] = bootstrapInterval([values.map((_, i) => i)], mean, { seed: 0 });
  // standard deviation sqrt(8.25), of the mean of ten 0.908, 1.96 of them on each side of 5.5
  assert(Math.abs(low - 3.72) < 0.15 && Math.abs(high - 7.28) < 0.15, `${low} to ${high}`);
});

Deno.test("bootstrapInterval() draws each group on its own, as often as it has members", () => {
  const sums = (weights: Uint32Array) => {
    assertEquals([weights[0] + weights[1], weights[2] + weights[3] + weights[4]], [2, 3]);
    return 0;
  };
  assertEquals(bootstrapInterval([[0, 1], [2, 3, 4]], sums, { seed: 1, resamples: 50 }), [0, 0]);
});

Deno.test("bootstrapInterval() draws other numbers under another name, and refuses options that it does not know", () => {
  const group = [values.map((_, i) => i)];
  const of = (name: string) => bootstrapInterval(group, mean, { seed: 0, resamples: 20, name });
  assertEquals(of("a"), of("a"));
  assert(of("a").join() !== of("b").join());
  const wrong = { seed: 0, resample: 20 };
  assertThrows(() => bootstrapInterval(group, mean, wrong), RangeError, "resamples");
});

Deno.test("bootstrapIntervals() draws once for all statistics: a difference of equals is 0", () => {
  const group = [values.map((_, i) => i)];
  const three = (weights: Uint32Array) => [mean(weights), mean(weights) + 1, 0];
  const [first, second, none] = bootstrapIntervals(group, three, { seed: 0, resamples: 50 });
  assertEquals(first, bootstrapInterval(group, mean, { seed: 0, resamples: 50 }));
  assertEquals(second.map((end) => end - 1), first);
  assertEquals(none, [0, 0]);
});

Deno.test("bootstrapIntervals() centred lie around the statistic, where drawing again pulls it to one side", () => {
  // variance of resamples is smaller than the sample's by a tenth on the average
  const variance = (weights: Uint32Array) => {
    const centre = mean(weights);
    return [values.reduce((sum, x, i) => sum + weights[i] * (x - centre) ** 2, 0) / 10];
  };
  const group = [values.map((_, i) => i)], options = { seed: 0, resamples: 500 };
  const [[low, high]] = bootstrapIntervals(group, variance, options);
  const [[from, to]] = bootstrapIntervals(group, variance, { ...options, centred: true });
  assert(Math.abs(to - high - 0.825) < 0.15, `${to - high}`); // of 8.25
  assert(Math.abs(from - low - (to - high)) < 1e-12);
});
