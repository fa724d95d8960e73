import { assert, assertEquals, assertThrows } from "@std/assert";
import { boundScatter } from "../../lib/plot/bound_scatter.ts";
import { histograms } from "../../lib/plot/histogram.ts";
import { intervalDots } from "../../lib/plot/interval_dots.ts";
import { lineChart } from "../../lib/plot/line_chart.ts";
import { quadrantBars } from "../../lib/plot/quadrant_bars.ts";
import { renderSvg } from "../../lib/plot/render.ts";
import { colourScale, dotScales, lineScales } from "../../lib/plot/series.ts";
import { tags } from "./svg.ts";

const names = (n: number) => Array.from({ length: n }, (_, i) => `series ${i}`);

/** Two points for each series. */
const lines = (n: number) =>
  lineChart(names(n).flatMap((series, y) => [0, 1].map((x) => ({ x, y, series }))), { title: "T" });

const dots = (n: number) =>
  intervalDots([{
    title: "panel",
    dots: names(n).map((series, value) => ({ row: "row", series, value })),
  }], { title: "T", xTitle: "x", series: names(n) });

const bars = (n: number) =>
  histograms([{
    title: "panel",
    xTitle: "x",
    series: names(n).map((name, i) => ({ name, values: [i, i + 1] })),
  }], { title: "T" });

/** How each mark of a picture looks: colour and dashes, or colour and form. */
async function looks(spec: ReturnType<typeof lines>, role: string, signs: RegExp[]) {
  const marks = tags(await renderSvg(spec), "path", `aria-roledescription="${role}"`);
  return marks.map((tag) => signs.map((sign) => sign.exec(tag)?.[1] ?? "").join(" "));
}

Deno.test("lineChart() tells 24 series apart by colour and dashes, and refuses the 25th", async () => {
  const found = await looks(lines(24), "line mark", [/stroke="([^"]+)"/, /dasharray="([^"]+)"/]);
  assertEquals([found.length, new Set(found).size], [24, 24]);
  assertThrows(
    () => lines(25),
    RangeError,
    "expected at most 24, which readers can tell apart, but",
  );
});

Deno.test("intervalDots() tells 24 series apart by colour and form, and refuses the 25th", async () => {
  const form = / d="([^"]+)"/; // drawn around the point itself
  const found = await looks(dots(24), "point", [/fill="([^"]+)"/, form]);
  assertEquals([found.length, new Set(found).size], [24, 24]);
  assertThrows(() => dots(25), RangeError, "expected at most 24");
});

Deno.test("histograms() tells 12 series apart by colour, and refuses the 13th", async () => {
  const svg = await renderSvg(bars(12));
  const fills = tags(svg, "path", "fill=").map((tag) => /fill="(#[^"]+)"/.exec(tag)?.[1]);
  for (const colour of colourScale(names(12)).range) {
    assert(fills.includes((colour as string).toLowerCase()) || fills.includes(colour as string));
  }
  assertThrows(() => bars(13), RangeError, "expected at most 12");
});

/** CIELAB of a colour as people with this vision see it; matrices of Machado et al. 2009 at full severity. */
const VISIONS = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]];

function lab(colour: string, vision: number[][]): number[] {
  const times = (m: number[][], v: number[]) =>
    m.map((row) => row.reduce((sum, x, i) => sum + x * v[i], 0));
  const linear = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const seen = times(vision, linear).map((c) => Math.min(1, Math.max(0, c)));
  const [x, y, z] = times(XYZ, seen).map((c, i) => c / [0.9505, 1, 1.089][i])
    .map((t) => t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

Deno.test("the twelve colours of series keep apart for readers with any colour vision", () => {
  const colours = colourScale(names(12)).range as string[];
  for (const [vision, matrix] of Object.entries(VISIONS)) {
    const places = colours.map((colour) => lab(colour, matrix));
    for (let i = 0; i < 12; i++) {
      for (let j = 0; j < i; j++) {
        const distance = Math.hypot(...places[i].map((x, k) => x - places[j][k]));
        assert(distance > 11, `${colours[i]} and ${colours[j]}, ${vision}: ${distance.toFixed(1)}`);
      }
    }
  }
});

Deno.test("up to six series have plain colours, so that their figures stay as they were", () => {
  const six = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#7A5C00", "#56B4E9"];
  assertEquals(colourScale(names(6)).range, six);
  assertEquals(lineScales(names(6)), { color: colourScale(names(6)), dash: undefined });
  assertEquals(dotScales(names(6)), { color: colourScale(names(6)), shape: undefined });
});

const title = "T";
const panel = { title, dots: [{ row: "r", series: "b", value: 1 }] };
const dotOptions = { title, xTitle: "x", series: ["b"] };
const counts = { quadrant: "q", counts: { a: 1 } };
const segments = [{ name: "a", colour: "#111111" }];
// deno-lint-ignore no-explicit-any -- what a notebook may pass
const any = (value: unknown) => value as any;
const WRONG: [string, () => unknown, string][] = [
  [
    "lineChart, a point without series",
    () => lineChart(any([{ x: 0, y: 0 }]), { title }),
    "series",
  ],
  [
    "intervalDots, a series of no legend",
    () => intervalDots([panel], { ...dotOptions, series: ["a"] }),
    'expected one of a but found "b"',
  ],
  [
    "intervalDots, half a domain",
    () => intervalDots([panel], { ...dotOptions, domain: any([0]) }),
    "expected domain to be two",
  ],
  [
    "intervalDots, a misspelt option",
    () => intervalDots([panel], any({ ...dotOptions, logx: true })),
    "did you mean logX?",
  ],
  [
    "boundScatter, a series called as what every object has",
    () =>
      boundScatter([{ title, points: [{ x: 0, y: 0, series: "toString", label: "l" }] }], {
        ...{ title, xTitle: "x", yTitle: "y" },
        colours: { a: "#111111" },
      }),
    'found "toString"',
  ],
  [
    "quadrantBars, a quadrant twice",
    () => quadrantBars([counts, counts], { segments }),
    'but found "q" twice',
  ],
  [
    "quadrantBars, a segment twice",
    () => quadrantBars([counts], { segments: [...segments, ...segments] }),
    'but found "a" twice',
  ],
];

for (const [what, draw, words] of WRONG) {
  Deno.test(`charts refuse ${what}`, () => {
    const error = assertThrows(draw, Error, words) as Error;
    assert(/^Cannot [^:]+: expected .+ but found .+: .+/.test(error.message), error.message);
  });
}
