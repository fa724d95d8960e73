import { assertEquals, assertThrows } from "@std/assert";
import { heatMaps } from "../../lib/plot/heat_map.ts";
import { renderSvg } from "../../lib/plot/render.ts";

const map = (title: string, limit?: number) => ({
  title,
  rows: 1,
  cols: 2,
  data: [0.5, -1],
  limit,
});

Deno.test("heatMaps() draws one bar of colours for maps of one limit where asked to", async () => {
  const bars = async (oneBar: boolean) => {
    const svg = await renderSvg(heatMaps([map("a", 1), map("b", 1)], { title: "Maps", oneBar }));
    return [...svg.matchAll(/<linearGradient/g)].length;
  };
  assertEquals([await bars(false), await bars(true)], [2, 1]);
});

Deno.test("heatMaps() refuses one bar for maps of two limits", () => {
  assertThrows(
    () => heatMaps([map("a", 1), map("b", 2)], { title: "Maps", oneBar: true }),
    RangeError,
    "expected maps of one limit for one bar of colours but found 1, 2",
  );
});
