import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { percentiles } from "../../lib/numerics/statistics.ts";
import { byQuadrant, inBox, percentileCut } from "../../lib/diff/stages/quadrants.ts";
import { cosine } from "../../lib/numerics/cosine.ts";
import { meanDecoderNorm, rotation } from "../../lib/diff/stages/rotation.ts";
import { auc, bootstrapAuc } from "../../lib/numerics/ranks.ts";
import { baseRate, percentOf, randomRows, wilsonInterval } from "../../lib/numerics/counts.ts";
import { expectNumbers, largest, smallest } from "../../lib/numerics/numbers.ts";
import { quantile } from "../../lib/numerics/statistics.ts";
import { boundScatter } from "../../lib/plot/bound_scatter.ts";
import { tableBundle } from "../../lib/plot/notebook/table.ts";
import { heatMaps } from "../../lib/plot/heat_map.ts";
import { histograms } from "../../lib/plot/histogram.ts";
import { intervalDots } from "../../lib/plot/interval_dots.ts";
import { lineChart } from "../../lib/plot/line_chart.ts";
import { quadrantBars } from "../../lib/plot/quadrant_bars.ts";
import { rotationScatter } from "../../lib/plot/rotation_scatter.ts";
import { frontier, linearFit, median, moments, spread } from "../../lib/numerics/statistics.ts";
import { alignRows } from "../../scripts/plan_text.ts";

/** More values than a call takes as arguments. */
const MANY = 250_000;
const many = Float64Array.from({ length: MANY }, (_, i) => (i * 7919) % MANY);

Deno.test("largest(), smallest() and quantile() take 250,000 values", () => {
  assertEquals([smallest(many), largest(many)], [0, MANY - 1]);
  assertEquals([smallest([]), largest([])], [Infinity, -Infinity]);
  assertEquals(quantile(many, 0.5), (MANY - 1) / 2);
  assertEquals(quantile(new Set([1, 2, 3]), 1), 3);
  assertEquals(quantile([-1.5e308, 1.5e308], 0.5), 0);
});

Deno.test("expectNumbers() names the first value that is none, and where it stands", () => {
  expectNumbers("count", [1, Infinity, -0], { infinite: true });
  assertThrows(
    () => expectNumbers("count", [1, 2, Infinity]),
    RangeError,
    "Cannot count: expected finite numbers but found Infinity at 2 of 3: leave out what has no value",
  );
  const words = ["1"] as unknown as number[];
  assertThrows(
    () => expectNumbers("count", words, { infinite: true }),
    RangeError,
    '"1" at 0 of 1',
  );
});

const NUMBERS: Record<string, (bad: number) => unknown> = {
  quantile: (bad) => quantile([1, bad, 2], 0.5),
  percentiles: (bad) => percentiles([1, bad]),
  percentileCut: (bad) => percentileCut([{ x: 1, y: bad }, { x: 0, y: 0 }], 5),
  byQuadrant: (bad) => byQuadrant([{ x: bad, y: 1 }], { x: 0.5, y: 0.5 }),
  cosine: (bad) => cosine([1, bad], [1, 2]),
  rotation: (bad) =>
    rotation(
      { shape: [1, 1, 2], data: Float32Array.of(1, bad) },
      { shape: [1, 1, 2], data: Float32Array.of(1, 2) },
    ),
  meanDecoderNorm: (bad) => meanDecoderNorm({ shape: [1, 1, 2], data: Float32Array.of(1, bad) }),
  spread: (bad) => spread([1, bad]),
  median: (bad) => median([1, bad, 2]),
  moments: (bad) => moments(Float64Array.of(1, bad)),
  linearFit: (bad) => linearFit([{ x: 1, y: 1 }, { x: 2, y: bad }]),
  frontier: (bad) => frontier([{ bound: bad, flops: 1 }]),
  histograms: (bad) =>
    histograms([{ title: "a", xTitle: "x", series: [{ name: "s", values: [1, bad] }] }], {
      title: "t",
    }),
  "histograms, weights": (bad) =>
    histograms([{
      title: "a",
      xTitle: "x",
      series: [{ name: "s", values: [1, 2], weights: [1, bad] }],
    }], { title: "t" }),
  heatMaps: (bad) => heatMaps([{ title: "m", rows: 1, cols: 2, data: [1, bad] }], { title: "t" }),
};

for (const [name, run] of Object.entries(NUMBERS)) {
  Deno.test(`${name} refuses NaN and infinities with a sentence`, () => {
    run(1);
    for (const bad of [NaN, Infinity, -Infinity]) {
      assertThrows(() => run(bad), RangeError, `expected finite numbers but found ${bad} at `);
    }
  });
}

Deno.test("auc() and bootstrapAuc() refuse NaN, and rank infinities at the ends", () => {
  for (const run of [auc, (a: number[], b: number[]) => bootstrapAuc(a, b, { seed: 0 })]) {
    assertThrows(() => run([1, NaN], [2]), RangeError, "found NaN at 1 of 2");
    assertThrows(() => run([1], [NaN, 2]), RangeError, "found NaN at 0 of 2");
  }
  assertEquals(auc([-Infinity, 0, Infinity], [Infinity, 1]), (2 + 2 + 0.5) / 6);
});

Deno.test("statistics refuse shares, counts and options outside their range", () => {
  for (const share of [-0.1, 1.1, NaN]) {
    assertThrows(() => quantile([1, 2], share), RangeError, "expected share to be");
  }
  assertThrows(() => quantile([], 0.5), RangeError, "expected values but found none");
  assertThrows(() => percentiles([]), RangeError, "expected values but found none");
  assertThrows(() => median([]), RangeError, "expected values but found none");
  for (const count of [{ count: 3, of: 2 }, { count: -1, of: 2 }, { count: 0.5, of: 1 }]) {
    assertThrows(
      () => wilsonInterval(count),
      RangeError,
      "Cannot give an interval: expected count",
    );
    assertThrows(() => percentOf(count), RangeError, "Cannot give a share: expected count");
  }
  assertThrows(() => wilsonInterval({ count: 0, of: NaN }), RangeError, "expected of to be");
  for (const resamples of [0, -1, 2.5, NaN]) {
    const run = () => bootstrapAuc([1], [2], { seed: 0, resamples });
    assertThrows(run, RangeError, "expected resamples to be a whole number from 1");
  }
  for (const level of [0, 1, -0.5, NaN]) {
    assertThrows(() => bootstrapAuc([1], [2], { seed: 0, level }), RangeError, "expected level");
  }
  for (const n of [0, -3, 1.5, NaN]) {
    assertThrows(() => randomRows([1, 2, 3], { seed: 0, n }), RangeError, "expected n to be");
    assertThrows(() => baseRate([1], () => true, { seed: 0, n }), RangeError, "expected n to be");
  }
  for (const percentile of [-1, 101, NaN]) {
    assertThrows(() => percentileCut([{ x: 1, y: 1 }], percentile), RangeError, "percentile");
  }
  assertThrows(() => byQuadrant([{ x: 1, y: 1 }], { x: NaN, y: 0 }), RangeError, "found NaN");
  assertThrows(() => inBox([{ x: 1, y: 1 }], NaN), RangeError, "found NaN");
});

Deno.test("histograms() refuses bins, weights and values that make no bars", () => {
  const draw = (part: Record<string, unknown>, values: number[] = [1, 2]) =>
    histograms([{ title: "a", xTitle: "x", series: [{ name: "s", values }], ...part }], {
      title: "t",
    });
  for (const bins of [0, -1, 1.5, NaN]) {
    assertThrows(() => draw({ bins }), RangeError, "expected bins to be a whole number from 1");
  }
  for (const weights of [[1], [1, 2, 3], [1, -1]]) {
    const series = [{ name: "s", values: [1, 2], weights }];
    assertThrows(
      () => draw({ series }),
      RangeError,
      "expected a weight of at least 0 for each of 2",
    );
  }
  assertThrows(() => draw({}, []), RangeError, "found none");
  assertThrows(() => draw({}, [-1.5e308, 1.5e308]), RangeError, "that 40 bars can tell apart");
});

Deno.test("plots and statistics take 250,000 rows", () => {
  const title = "t", rows = Array.from(many);
  const unit = rows.map((x) => x / MANY);
  const points = unit.map((x, latent) => ({ latent, x, y: 1 - x, active: true }));
  assertEquals((rotationScatter(points).data as { values: unknown[] }).values.length, MANY);
  histograms([{ title, xTitle: "x", series: [{ name: "s", values: rows }], normal: true }], {
    title,
  });
  heatMaps([{ title, rows: 500, cols: 500, data: many }], { title });
  lineChart(unit.map((y, x) => ({ x, y, series: "s" })), { title });
  quadrantBars([{ quadrant: "q", counts: { Dead: MANY } }], {
    segments: [{ name: "Dead", colour: "#888" }],
  });
  const dots = unit.map((x) => ({ row: "r", series: "s", value: x + 1 }));
  intervalDots([{ title, dots }], { title, xTitle: "x", series: ["s"], logX: true });
  const bounds = unit.map((x) => ({ x: x + 1, y: x, series: "s", label: "" }));
  boundScatter(
    [{ title, points: bounds }],
    {
      title,
      xTitle: "x",
      yTitle: "y",
      colours: { s: "black" },
    },
  );
  const table = Array.from({ length: MANY }, (_, i) => ({ row: `${i}` }));
  assert(tableBundle(table)["text/plain"].endsWith("249999"));
  assertEquals(alignRows(table.map(({ row }) => [row])).length, MANY);
  assertAlmostEquals(auc(unit, unit), 0.5, 1e-12);
  assertEquals(spread(rows).max, MANY - 1);
  assertEquals(byQuadrant(points, percentileCut(points, 10)).max_change_DM.length, 0);
});
