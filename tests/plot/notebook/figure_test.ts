import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { lineChart } from "../../../lib/plot/line_chart.ts";
import { linePanels } from "../../../lib/plot/line_panels.ts";
import { figureBundle } from "../../../lib/plot/notebook/figure.ts";

const points = [{ x: 0, y: 1, series: "a" }, { x: 1, y: 2, series: "a" }];
const SPEC = lineChart(points, { title: 'Two "points" <b>' });
type Shown = Record<symbol, () => Promise<Record<string, string>>>;
const display = (spec: object) => (spec as Shown)[Symbol.for("Jupyter.display")]();

Deno.test("a chart shows itself, and is the same plain object to everything else", async () => {
  const panels = linePanels([{ title: "p", xTitle: "", yTitle: "", points }], {
    title: "Panels",
    series: ["a"],
  });
  for (const spec of [SPEC, panels]) {
    assert((await display(spec))["image/png"].length > 1000);
    assertEquals(structuredClone(spec), spec);
    assertEquals(Object.getOwnPropertySymbols({ ...spec }), []);
  }
});

Deno.test("one figure brings the runtime along, and does so again when its cell is run again", async () => {
  const others = ["second", "third"].map((title) => lineChart(points, { title }));
  const html = async (spec: object) => (await display(spec))["text/html"];
  await html(SPEC); // the first of this process
  const brings = [];
  for (const spec of [...others, SPEC]) brings.push((await html(spec)).includes("<script>"));
  assertEquals(brings, [false, false, true]);
});

Deno.test("the HTML of a figure holds a Vega specification, and its picture for who runs no scripts", async () => {
  const bundle = await figureBundle(SPEC), html = bundle["text/html"] as string;
  assertStringIncludes(html, '<img alt="Two &quot;points&quot; &lt;b&gt;" src="data:image/png');
  assertStringIncludes(html, bundle["image/png"] as string);
  const [, chart] = /data-vega="([\w+/=]+)"/.exec(html)!;
  const spec = JSON.parse(new TextDecoder().decode(gunzipSync(Uint8Array.fromBase64(chart))));
  assertStringIncludes(spec.$schema, "/schema/vega/v6");
  assertEquals(html.includes("<script"), false);
});
