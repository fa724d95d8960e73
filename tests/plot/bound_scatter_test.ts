import { assert, assertEquals, assertThrows } from "@std/assert";
import { boundScatter } from "../../lib/plot/bound_scatter.ts";
import { heatMaps } from "../../lib/plot/heat_map.ts";
import { histograms } from "../../lib/plot/histogram.ts";
import { intervalDots } from "../../lib/plot/interval_dots.ts";
import { panels } from "../../lib/plot/panels.ts";
import { renderSvg } from "../../lib/plot/render.ts";
import { tags, texts } from "./svg.ts";

const point = (x: number, y: number, series: string) => ({ x, y, series, label: series });
const scatter = (...points: ReturnType<typeof point>[]) =>
  boundScatter([{
    title: "panel",
    points,
    curves: [{ label: "rule", at: [{ x: 0, y: 0 }, { x: 1, y: 1 }] }],
  }], {
    ...{ title: "T", xTitle: "x", yTitle: "y" },
    colours: { a: "#111111", b: "#222222", unused: "#333333" },
  });

Deno.test("boundScatter() draws every point in its colour, curves, and a legend of what occurs", async () => {
  const svg = await renderSvg(scatter(point(0, 0, "a"), point(1, 2, "b")));
  const marks = tags(svg, "path", 'aria-roledescription="point"');
  assertEquals(marks.map((tag) => /fill="([^"]+)"/.exec(tag)?.[1]), ["#111111", "#222222"]);
  assertEquals(tags(svg, "path", 'aria-roledescription="line mark"').length, 1);
  const written = texts(svg);
  for (const text of ["T", "panel", "a", "b", "rule"]) assert(written.includes(text), text);
  assert(!written.includes("unused"));
});

Deno.test("boundScatter() draws dashed curves, shaded stretches, points of their own size, and names curves' series", async () => {
  const spec = boundScatter([{
    title: "panel",
    points: [{ ...point(0, 0, "a"), size: 90 }, point(1, 1, "a")],
    curves: [
      { series: "b", label: "solid", at: [{ x: 0, y: 0 }, { x: 1, y: 1 }] },
      { series: "b", label: "dashed", dashed: true, at: [{ x: 0, y: 1 }, { x: 1, y: 0 }] },
    ],
    bands: [[0.25, 0.5]],
  }], {
    ...{ title: "T", xTitle: "x", yTitle: "y" },
    colours: { a: "#111111", b: "#222222" },
  });
  const svg = await renderSvg(spec);
  const lines = tags(svg, "path", 'aria-roledescription="line mark"');
  assertEquals(lines.map((tag) => tag.includes("stroke-dasharray")), [false, true]);
  assertEquals(lines.map((tag) => /stroke="([^"]+)"/.exec(tag)?.[1]), ["#222222", "#222222"]);
  assertEquals(tags(svg, "path", 'aria-roledescription="rect mark"').length, 1);
  assert(texts(svg).includes("b")); // in the legend
});

Deno.test("boundScatter() refuses NaN and a series without a colour", () => {
  assertThrows(() => scatter(point(NaN, 0, "a")), Error, "found (NaN, 0) for a in panel");
  assertThrows(() => scatter(point(0, 0, "c")), Error, 'found "c": give the series a colour');
});

Deno.test("panels() refuses an empty figure", () => {
  assertThrows(() => panels([], { title: "" }), Error, "expected at least one but found none");
});

/** Red, green and blue of each cell. */
function cellColours(svg: string): number[][] {
  return tags(svg, "path", "fill=").filter((tag) => !tag.includes("aria"))
    .flatMap((tag) => /fill="(rgb[^"]+)"/.exec(tag)?.[1] ?? [])
    .map((fill) => fill.match(/\d+/g)!.map(Number));
}

Deno.test("heatMaps() colours a table with limits that are common and even around zero", async () => {
  const map = (title: string, data: number[]) => ({ title, rows: 1, cols: 2, data });
  const svg = await renderSvg(
    heatMaps([map("big", [-4, 4]), map("small", [0, 1])], { title: "T" }),
  );
  const parts = cellColours(svg);
  assertEquals(parts.length, 4);
  assert(parts[0][2] > parts[0][0], "the lowest value is blue");
  assert(parts[1][0] > parts[1][2], "the highest value is red");
  assert(Math.abs(parts[2][0] - parts[2][2]) < 20, "zero is neutral");
  const sizes = await renderSvg(heatMaps([map("sizes", [0, 1])], { title: "T", fromZero: true }));
  const [none, most] = cellColours(sizes);
  assert(Math.min(...none) > 220, "zero is nearly white");
  assert(most[0] > 2 * most[2], "the limit is red");
  assertThrows(() => heatMaps([map("bad", [1])], { title: "" }), Error, "1 x 2 finite values");
  assertThrows(() => heatMaps([map("bad", [1, NaN])], { title: "" }), Error, "NaN at 1");
});

Deno.test("histograms() counts shares by weight and draws bars from zero", async () => {
  const spec = histograms([{
    title: "h",
    xTitle: "x",
    bins: 2,
    series: [{ name: "a", values: [0, 1, 2], weights: [1, 1, 2] }],
  }], { title: "T" });
  // deno-lint-ignore no-explicit-any -- a look into the spec
  const bars = (spec as any).concat[0].layer[0].data.values;
  assertEquals(bars, [
    { series: "a", from: 0, to: 1, share: 0.25 },
    { series: "a", from: 1, to: 2, share: 0.75 }, // 1 belongs to the right bin, 2 to the last
  ]);
  const boxes = tags(await renderSvg(spec), "path", 'aria-roledescription="rect mark"')
    .map((tag) => / d="([^"]+)"/.exec(tag)![1]);
  // 420 x 260 pixels: half the width each, standing on zero, 0.25 and 0.75 of an axis that ends at 0.75 or above
  const heights = boxes.map((d) => Number(/v(-?[\d.]+)/.exec(d)![1]));
  assert(Math.abs(heights[1] / heights[0] - 3) < 1e-9, boxes.join(" "));
  const none = [{ title: "h", xTitle: "x", series: [{ name: "a", values: [] }] }];
  assertThrows(() => histograms(none, { title: "" }), Error, "finite values but found none");
});

Deno.test("intervalDots() draws a dot and a line for each row, and refuses what has no logarithm", async () => {
  const dots = [{ row: "r", series: "s", value: 2, low: 1, high: 3 }, {
    row: "q",
    series: "s",
    value: 2,
  }];
  const draw = (value: number) =>
    intervalDots([{ title: "p", dots: [{ ...dots[0], value }, dots[1]] }], {
      ...{ title: "T", xTitle: "x", series: ["s"], logX: true },
    });
  const svg = await renderSvg(draw(2));
  assertEquals(tags(svg, "path", 'aria-roledescription="point"').length, 2);
  assertEquals(tags(svg, "line", 'aria-roledescription="rule mark"').length, 1);
  assertThrows(() => draw(0), Error, "expected positive finite values but found 0");
});

Deno.test("boundScatter() on a logarithmic y axis sets equal ratios apart alike, and refuses what has no logarithm", async () => {
  const draw = (ys: number[], yDomain?: [number, number]) =>
    boundScatter([{ title: "p", points: ys.map((y, i) => point(i, y, "a")) }], {
      ...{ title: "T", xTitle: "x", yTitle: "y", colours: { a: "#123456" }, logY: true, yDomain },
    });
  const places = tags(await renderSvg(draw([0.01, 0.1, 1])), "path", 'aria-roledescription="point"')
    .map((tag) => Number(/translate\([-\d.]+,([-\d.]+)\)/.exec(tag)![1]));
  assert(Math.abs((places[0] - places[1]) - (places[1] - places[2])) < 1e-6, places.join(" "));
  assertThrows(() => draw([0.1, 0]), Error, "finite values, positive y but found (1, 0)");
  assertThrows(() => draw([0.1], [0, 1]), RangeError, "a yDomain above 0 on a logarithmic axis");
});

Deno.test("boundScatter() on a logarithmic x axis sets equal ratios apart alike, and refuses what has no logarithm", async () => {
  const draw = (xs: number[]) =>
    boundScatter([{ title: "p", points: xs.map((x, i) => point(x, i, "a")) }], {
      ...{ title: "T", xTitle: "x", yTitle: "y", colours: { a: "#123456" }, logX: true },
    });
  const places = tags(await renderSvg(draw([0.01, 0.1, 1])), "path", 'aria-roledescription="point"')
    .map((tag) => Number(/translate\(([-\d.]+),[-\d.]+\)/.exec(tag)![1]));
  assert(Math.abs((places[1] - places[0]) - (places[2] - places[1])) < 1e-6, places.join(" "));
  assertThrows(() => draw([0, 0.1]), Error, "finite values, positive x but found (0, 0)");
});
