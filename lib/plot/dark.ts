/**
 * A figure for a dark page: the same marks, with what is white dark and what is ink light.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { darkSpec } from "./dark.ts";
 * import { lineChart } from "./line_chart.ts";
 * const points = [{ x: 0, y: 1, series: "loss" }, { x: 1, y: 0.5, series: "loss" }];
 * const spec = lineChart(points, { title: "Loss" });
 * assertEquals((darkSpec(spec).config as { background: string }).background, "#17191D");
 * ```
 * @module
 */
import { DARK, type Spec } from "./theme.ts";

/** Where a colour has a name, and a word of the data might be one. */
const COLOUR_KEY = /^(background|fill|stroke)$|color$/i;

/** The spec in dark colours; colours that both pages can have stay. */
export function darkSpec(spec: Spec): Spec {
  return darkened(spec, "") as Spec;
}

function darkened(value: unknown, key: string): unknown {
  if (typeof value === "string") {
    const colour = value.startsWith("#") || COLOUR_KEY.test(key);
    return colour && Object.hasOwn(DARK, value) ? DARK[value] : value;
  }
  if (Array.isArray(value)) return value.map((inner) => darkened(inner, key));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, darkened(inner, name)]),
  );
}
