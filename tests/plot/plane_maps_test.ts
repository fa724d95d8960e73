import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { middles, planeMaps } from "../../lib/plot/plane_maps.ts";
import { renderSvg } from "../../lib/plot/render.ts";

const OPTIONS = {
  title: "Planes",
  xTitle: "a",
  yTitle: "b",
  domain: [-2, 2] as [number, number],
  size: 101,
};

Deno.test("middles() stand in the middle of their cells", () => {
  assertEquals(middles([-1, 1], 4), [-0.75, -0.25, 0.25, 0.75]);
});

Deno.test("planeMaps() puts x along rows and y up, under limits that all maps share", () => {
  const spec = planeMaps([
    { title: "first", values: [1, 2, 3, -4] },
    { title: "second", values: [0], lines: [{ from: [-2, 0], to: [2, 0] }] },
  ], OPTIONS);
  // deno-lint-ignore no-explicit-any -- a spec is plain JSON
  const [first, second] = spec.concat as any[];
  assertEquals(first.layer[0].data.values, [
    { x: -2, x2: 0, y: -2, y2: 0, value: 1 },
    { x: 0, x2: 2, y: -2, y2: 0, value: 2 },
    { x: -2, x2: 0, y: 0, y2: 2, value: 3 },
    { x: 0, x2: 2, y: 0, y2: 2, value: -4 },
  ]);
  for (const { layer } of [first, second]) {
    assertEquals(layer[0].encoding.color.scale.domain, [-4, 4]);
  }
  assertEquals([first.width, first.layer.length, second.layer.length], [102, 1, 2]);
});

Deno.test("planeMaps() draws, and refuses what is no square or not finite", async () => {
  const svg = await renderSvg(planeMaps([{ title: "one", values: [0, 1, 2, 3] }], OPTIONS));
  assertStringIncludes(svg, "one");
  assert(svg.includes(">a<") && svg.includes(">b<"));
  for (const [values, words] of [[[1, 2], "values of a square but found 2"], [[NaN], "finite"]]) {
    assertThrows(
      () => planeMaps([{ title: "bad", values: values as number[] }], OPTIONS),
      RangeError,
      words as string,
    );
  }
  assertThrows(() => planeMaps([], OPTIONS), RangeError, "maps");
  assertThrows(
    () => planeMaps([{ title: "x", values: [1] }], { ...OPTIONS, domain: [2, -2] }),
    RangeError,
    "the lower first",
  );
});
