/**
 * Line charts side by side: the same series in all of them, with one legend.
 *
 * @module
 */
import { exactly, expectForm, flag, having, list, maybe, number, text } from "../io/form.ts";
import type { LinePoint } from "./line_chart.ts";
import { COLUMNS, DOMAIN, PIXELS, TITLES } from "./option_forms.ts";
import { panels } from "./panels.ts";
import { expectSeries, lineScales } from "./series.ts";
import type { Spec } from "./theme.ts";

/** `yDomain`: both ends of the axis, from the data where left out. */
export type LinePanel = {
  title: string;
  xTitle: string;
  yTitle: string;
  points: readonly LinePoint[];
  logY?: boolean;
  yDomain?: [number, number];
};

/** Words, series and sizes of line charts side by side. */
export type LinePanelsOptions = {
  title: string;
  subtitle?: string[];
  /** In the order of the legend: all that the panels draw. */
  series: string[];
  columns?: number;
  width?: number;
  height?: number;
};

const OPTIONS = exactly({
  ...TITLES,
  title: text,
  series: list(text, { least: 1 }),
  columns: COLUMNS,
  width: PIXELS,
  height: PIXELS,
});
const PANELS = list(
  having({
    title: text,
    xTitle: text,
    yTitle: text,
    points: list(having({ x: number(), y: number(), series: text }), { least: 1 }),
    logY: maybe(flag),
    yDomain: maybe(DOMAIN),
  }),
);

/** Panels -> spec. Throws on a panel without points, and on a series that the options do not name. */
export function linePanels(parts: readonly LinePanel[], options: LinePanelsOptions): Spec {
  const action = "draw lines side by side";
  expectForm(action, options, OPTIONS);
  expectForm(action, parts, PANELS, "give panels of the form { title, xTitle, yTitle, points }");
  const { title, subtitle, series, columns = 2, width = 420, height = 280 } = options;
  for (const { title, points } of parts) expectSeries(title, points, series);
  const { color, dash } = lineScales(series);
  const legend = { title: null, orient: "right", symbolType: "stroke" };
  const drawn = parts.map((part) => ({
    title: part.title,
    width,
    height,
    data: { values: part.points },
    mark: { type: "line", strokeWidth: 2, strokeJoin: "round", clip: true },
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        scale: { zero: false, nice: false },
        axis: { title: part.xTitle, grid: false, tickCount: 6 },
      },
      y: {
        field: "y",
        type: "quantitative",
        scale: {
          ...(part.logY && { type: "log" }),
          ...(part.yDomain ? { domain: part.yDomain, nice: false } : { zero: !part.logY }),
        },
        axis: { title: part.yTitle, tickCount: 5 },
      },
      color: { field: "series", type: "nominal", scale: color, legend },
      ...(dash && { strokeDash: { field: "series", type: "nominal", scale: dash, legend } }),
      tooltip: ["series", "x", "y"].map((field) => ({ field, type: "nominal" })),
    },
  }));
  return panels(drawn, { title, subtitle, columns, sharedColour: true });
}
