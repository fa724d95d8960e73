import { assert, assertStringIncludes } from "@std/assert";
import { interactivePage } from "../../lib/plot/interactive.ts";

/** What the one mark of a drawing says on hover, as vega's expression, with what a spec encodes beside x. */
async function said(encoding: Record<string, unknown>): Promise<string> {
  const data = { values: [{ a: 1, b: "<one>" }] }, x = { field: "a", type: "quantitative" };
  const $schema = "https://vega.github.io/schema/vega-lite/v6.json";
  const spec = { $schema, data, mark: "point", encoding: { x, ...encoding } };
  const page = await interactivePage(spec, { title: "T" });
  const drawn = JSON.parse(page.match(/id="spec">([^<]*)</)![1]);
  return drawn.marks[0].encode.update.tooltip.signal;
}

Deno.test("interactivePage() lets every mark say on hover what it shows, or what the figure says of it", async () => {
  assertStringIncludes(await said({}), 'datum["a"]');
  const own = await said({ tooltip: { field: "b" } });
  assertStringIncludes(own, 'datum["b"]');
  assert(!own.includes('datum["a"]'), own);
});
