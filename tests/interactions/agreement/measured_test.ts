import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { heldFixed } from "../../../lib/interactions/agreement/held_fixed.ts";
import { documentIntervals, pairIntervals } from "../../../lib/interactions/agreement/intervals.ts";
import { pairMeans, reliability } from "../../../lib/interactions/agreement/measured.ts";
import { stream } from "../../../lib/numerics/random.ts";

const small = {
  pairs: 3,
  pair: [0, 1, 0, 1],
  document: [7, 7, 9, 9],
  values: { kl: [1, 10, 3, 30], GT2: [0, 0, 2, 2] },
};

Deno.test("pairMeans() is the mean over tokens, each as often as its weight says", () => {
  assertEquals(pairMeans(small), {
    kl: Float64Array.of(2, 20, NaN),
    GT2: Float64Array.of(1, 1, NaN),
  });
  assertEquals(pairMeans(small, [3, 1, 1, 0]).kl, Float64Array.of(1.5, 10, NaN));
});

/** `pairs` pairs x 16 tokens in 20 documents; token noise and noise that a document's tokens share. */
function sample(pairs: number, { token = 0, document = 0 }) {
  const random = stream(5, "sample");
  const level = Array.from(random.normals(pairs)), shared = random.normals(20);
  const pair = Array.from({ length: 16 * pairs }, (_, at) => at % pairs);
  const documents = pair.map(() => random.int(20));
  const values = pair.map((p, at) =>
    level[p] + token * random.normal() + document * shared[documents[at]] * (1 + p % 2)
  );
  return { level, measured: { pairs, pair, document: documents, values: { truth: values } } };
}

Deno.test("reliability() is 1 without noise and the planted share of the variance with it", () => {
  const exact = reliability(sample(200, {}).measured, { seed: 0 }).truth;
  assertAlmostEquals(exact.half, 1, 1e-12);
  // means of 8 tokens with noise 4 have noise variance 2: correlation of halves 1 / 3
  const { half, whole } = reliability(sample(3000, { token: 4 }).measured, { seed: 0 }).truth;
  assertAlmostEquals(half, 1 / 3, 0.05);
  assertAlmostEquals(whole, 2 * half / (1 + half), 1e-12);
  assertThrows(() => reliability(small, { seed: 0.5 }), RangeError, "seed");
});

const noise = Array.from(stream(1, "noise").normals(150), (x) => 0.7 * x);

Deno.test("documentIntervals() hold the coefficient, and widen with noise that documents share", () => {
  const width = (document: number) => {
    const { level, measured } = sample(150, { token: 0.2, document });
    const metrics = { metric: level.map((x, p) => x + noise[p]) };
    const options = { seed: 0, resamples: 60 };
    const { raw } = documentIntervals({ metrics, controls: { raw: {} } }, measured, options);
    const { coefficient, low, high } = raw.truth.metric;
    assert(low <= coefficient && coefficient <= high, `${low} ${coefficient} ${high}`);
    return high - low;
  };
  const [without, shared] = [width(0), width(2)];
  assert(without < 0.02 && shared > 3 * without, `${without}, ${shared}`);
});

Deno.test("documentIntervals() without noise have no width, since the metric's text is not drawn", () => {
  const { level, measured } = sample(40, {});
  const metrics = { metric: level.map((x, p) => x + noise[p]) };
  const options = { seed: 0, resamples: 20 };
  const { raw } = documentIntervals({ metrics, controls: { raw: {} } }, measured, options);
  assertAlmostEquals(raw.truth.metric.high - raw.truth.metric.low, 0, 1e-12);
});

Deno.test("pairIntervals() are as wide as Fisher's, and a difference's as narrow as the two are alike", () => {
  const random = stream(2, "test");
  const n = 400, x = Array.from(random.normals(n));
  const y = x.map((v) => v + random.normal()), z = y.map((v) => v + 0.01 * random.normal());
  const input = { metrics: { y, z }, truths: { x }, controls: { raw: {} } };
  const { raw } = pairIntervals(input, { seed: 0, resamples: 200, against: "z" });
  const { coefficient, low, high, difference } = raw.x.y;
  assertEquals(coefficient, heldFixed(input).raw.x.y);
  // Fisher: 1.96 / sqrt(n - 3) in atanh, 1.06 times that for ranks
  const half = 1.96 * Math.sqrt(1.06 / (n - 3)) * (1 - coefficient ** 2);
  assert(Math.abs((high - low) / 2 / half - 1) < 0.25, `${low} to ${high}, Fisher ±${half}`);
  assert(difference!.low < 0 && difference!.high > 0 && difference!.high - difference!.low < 0.01);
  assertEquals(raw.x.z.difference, { value: 0, low: 0, high: 0 });
});

Deno.test("intervals leave out what the controls determine, and refuse it to hold others against", () => {
  const { level, measured } = sample(40, { token: 0.1 });
  const metrics = { size: level, noise: noise.slice(0, 40) };
  const controls = { size: { level } };
  const options = { seed: 0, resamples: 5 };
  const { size } = documentIntervals({ metrics, controls }, measured, options);
  assertEquals(Object.keys(size.truth), ["noise"]);
  const wrong = { ...options, against: "size" };
  assertThrows(
    () => documentIntervals({ metrics, controls }, measured, wrong),
    RangeError,
    "of size under size",
  );
});

Deno.test("pairIntervals() leave out a metric that the controls determine in a resample alone", () => {
  const n = 12, random = stream(2, "columns");
  const column = () => random.normals(n);
  // The swap of the last two is all that tells the metric from its control.
  const size = Float64Array.from({ length: n }, (_, p) => p);
  const near = size.map((s) => s === n - 2 ? n - 1 : s === n - 1 ? n - 2 : s);
  const input = {
    metrics: { near, other: column() },
    truths: { ablation: column() },
    controls: { raw: {}, size: { size } },
  };
  const { raw, size: held } = pairIntervals(input, { seed: 0, resamples: 40 });
  assertEquals(Object.keys(raw.ablation), ["near", "other"]);
  assertEquals(Object.keys(held.ablation), ["other"]);
});
