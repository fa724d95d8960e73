import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { CATALOGUE } from "../../../lib/interactions/formulas/mod.ts";
import { PAIR_METRICS } from "../../../lib/interactions/pairs/metrics.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { metrics } from "../../../scripts/interactions/figures/metrics.ts";
import { regions } from "../../../scripts/interactions/figures/regions.ts";

const NO_RESULTS = {} as InteractionsResults; // both figures are of formulas alone

Deno.test("interactions-regions draws ReLU and GELU for a neuron off, at its kink and on", () => {
  const { spec, lines } = regions.draw(NO_RESULTS, {});
  // deno-lint-ignore no-explicit-any -- a spec is plain JSON
  const panels = (spec as any).concat;
  assertEquals(panels.length, 6);
  const at = (panel: number, a: number, b: number) =>
    // deno-lint-ignore no-explicit-any
    panels[panel].layer[0].data.values.find(({ x, x2, y, y2 }: any) =>
      x <= a && a < x2 && y <= b && b < y2
    ).value;
  assertAlmostEquals(at(0, 1.5, 1.5), 0.8, 1e-6); // off: both are needed to come over 0.8
  assertEquals(at(0, -1, -1), 0);
  assertAlmostEquals(at(2, -1.5, -1.5), 0.8, 1e-6);
  assertEquals(at(1, 1.5, 1.5), 0);
  assertEquals(at(1, 1.5, -1.5) < -1.3, true);
  assertEquals(lines.map(({ ours }) => Math.round(ours!)), [50, 46, 50]);
});

Deno.test("interactions-metrics lists the catalogue, and all that pairs are scored with is in it", async () => {
  const svg = await renderSvg(metrics.draw(NO_RESULTS, {}).spec as Spec);
  const ids = CATALOGUE.map(({ id }) => id);
  assertEquals(new Set(ids).size, ids.length);
  for (const id of ids) assertStringIncludes(svg, `>${id.replaceAll("_", " ")}<`);
  const control = /^acts_product$|^main_product_|_triangle$/; // no metric, or the same neuron by neuron
  const missing = PAIR_METRICS.filter((name) => !control.test(name) && !ids.includes(name));
  assertEquals(missing, []);
});
