import { assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { arrowDiagram } from "../../lib/plot/arrow_diagram.ts";
import { darkSpec } from "../../lib/plot/dark.ts";
import { renderSvg } from "../../lib/plot/render.ts";

const box = (x: number, ...lines: string[]) => ({ x, y: 50, width: 60, height: 40, lines });
const arrow = (to: [number, number], label?: string) => ({
  from: [100, 100] as const,
  to,
  colour: "#0081A7",
  ...(label !== undefined && { label }),
});
const panel = { title: "Ways", width: 300, height: 200 };

Deno.test("arrowDiagram() draws boxes with their words, and names arrows beside their middles", async () => {
  const spec = arrowDiagram([{
    ...panel,
    boxes: [box(40, "S", "ft1 <clean>"), box(200, "D")],
    arrows: [arrow([200, 100], "lies"), arrow([100, 180], "stands")],
  }], { title: "Stages" });
  const svg = await renderSvg(spec);
  const found = [...svg.matchAll(/translate\(([\d.]+),([\d.]+)\)[^>]*>([^<]*)<\/text>/g)];
  const place = (text: string) => {
    const [, x, y] = found.find(([, , , word]) => word === text)!;
    return [Number(x), Number(y) - 4]; // a text's foot is 0.3 of its size below its middle
  };
  assertEquals(place("S"), [40, 41]);
  assertEquals(place("ft1 &lt;clean&gt;"), [40, 59]);
  assertEquals(place("lies"), [150, 87]);
  assertEquals(place("stands"), [109, 140]);
  const dark = await renderSvg(darkSpec(spec)); // where boxes stay light
  assertMatch(dark, /<text[^>]*fill="#22252C"[^>]*>ft1 &lt;clean&gt;</);
});

Deno.test("arrowDiagram() points the head of an arrow where the arrow goes", () => {
  const to: [number, number][] = [[100, 20], [180, 100], [100, 180], [20, 100]];
  const spec = arrowDiagram([{ ...panel, arrows: to.map((end) => arrow(end)) }], { title: "T" });
  // deno-lint-ignore no-explicit-any -- what is looked at is inside of the spec
  const heads = (spec as any).concat[0].layer[2].data.values;
  [0, 90, 180, -90].forEach((angle, i) => assertAlmostEquals(heads[i].angle, angle, 1e-9));
  assertAlmostEquals(heads[1].x, 175.5, 1e-9); // its middle lies half a head before the end
});

Deno.test("arrowDiagram() refuses places that are not finite, and no panel", () => {
  assertThrows(() => arrowDiagram([], { title: "T" }), Error, "Cannot draw a diagram");
  const wrong = { ...panel, arrows: [arrow([NaN, 1])] };
  assertThrows(() => arrowDiagram([wrong], { title: "T" }), Error, "Cannot draw a diagram");
});
