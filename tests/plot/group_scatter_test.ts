import { assertEquals, assertThrows } from "@std/assert";
import { groupScatter } from "../../lib/plot/group_scatter.ts";
import { renderSvg } from "../../lib/plot/render.ts";
import { tags, texts } from "./svg.ts";

const OPTIONS = {
  title: "Groups",
  groups: [{ name: "many", colour: "#4A7FB5" }, { name: "few", colour: "#F08A24" }],
  xTitle: "a",
  yTitle: "b",
};
const POINTS = [
  { id: 0, x: 0.1, y: -0.15, group: "few" },
  { id: 1, x: 0.9, y: 0.9, group: "many" },
  { id: 2, x: 0.8, y: 0.7, group: "many" },
];

Deno.test("groupScatter() colours by the group, the last one on top, and counts in the legend", async () => {
  const svg = await renderSvg(groupScatter(POINTS, OPTIONS));
  const fills = tags(svg, "path", 'aria-roledescription="point"')
    .map((tag) => /fill="([^"]+)"/.exec(tag)?.[1]);
  assertEquals(fills, ["#4A7FB5", "#4A7FB5", "#F08A24"]);
  assertEquals(texts(svg).filter((text) => text.includes("(")), ["many (2)", "few (1)"]);
});

Deno.test("groupScatter() has one domain on both axes, low enough for every value", () => {
  const { layer } = groupScatter(POINTS, OPTIONS) as unknown as {
    layer: { encoding: Record<"x" | "y", { scale: { domain: number[] } }> }[];
  };
  const { x, y } = layer[0].encoding;
  assertEquals([x.scale.domain, y.scale.domain], [[-0.2, 1.05], [-0.2, 1.05]]);
});

Deno.test("groupScatter() refuses a group without a colour, and no point at all", () => {
  const stranger = [{ ...POINTS[0], group: "others" }];
  const message = 'expected one of many, few but found "others"';
  assertThrows(() => groupScatter(stranger, OPTIONS), Error, message);
  assertThrows(() => groupScatter([], OPTIONS), RangeError, "Cannot draw groups");
});
