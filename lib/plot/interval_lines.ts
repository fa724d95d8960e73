/**
 * Curves with intervals in panels: the same series in each, over one x axis that counts something, and
 * rules to hold them against.
 *
 * @module
 */
import { exactly, expectForm, flag, having, list, maybe, number, text } from "../io/form.ts";
import { COLUMNS, DOMAIN, PIXELS, TITLES } from "./option_forms.ts";
import { type Panel, panels } from "./panels.ts";
import { expectSeries, lineScales } from "./series.ts";
import { FAINT, type Spec } from "./theme.ts";

/** `low` and `high`: the ends of the bar through the point. */
export type IntervalPoint = { x: number; y: number; series: string; low?: number; high?: number };

/** `rules`: levels with a word each. `symlog`: linear up to so much, logarithmic beyond. */
export type CurvePanel = {
  title: string;
  yTitle: string;
  points: IntervalPoint[];
  rules?: { y: number; label: string }[];
  yDomain?: [number, number];
  symlog?: number;
};

/** Words, series and axes of lines with intervals. */
export type IntervalLinesOptions = {
  title: string;
  subtitle?: string[];
  xTitle: string;
  /** Series in the order of the legend. */
  series: string[];
  /** The ticks of the x axis, on a logarithmic scale where `logX` is set. */
  ticks: number[];
  logX?: boolean;
  columns?: number;
  width?: number;
  height?: number;
};

const OPTIONS = exactly({
  ...TITLES,
  title: text,
  xTitle: text,
  series: list(text, { least: 1 }),
  ticks: list(number(), { least: 1 }),
  logX: maybe(flag),
  columns: COLUMNS,
  width: PIXELS,
  height: PIXELS,
});
const PANELS = list(
  having({
    title: text,
    yTitle: text,
    points: list(having({ series: text }), { least: 1 }),
    rules: maybe(list(exactly({ y: number(), label: text }))),
    yDomain: maybe(DOMAIN),
    symlog: maybe(number({ above: 0 })),
  }),
);

/**
 * Panels -> spec. Throws on a value that is not finite or has no logarithm, and on a series that the
 * legend does not name.
 */
export function intervalLines(parts: readonly CurvePanel[], options: IntervalLinesOptions): Spec {
  const action = "draw curves";
  expectForm(action, options, OPTIONS);
  expectForm(action, parts, PANELS, "give panels of the form { title, yTitle, points }");
  const { title, subtitle, columns = 2 } = options;
  return panels(parts.map((part) => panelOf(part, options)), {
    title,
    subtitle,
    columns,
    sharedColour: true,
  });
}

/** Ticks of an axis that is linear around 0 and logarithmic beyond. */
const POWERS = [-1, -0.1, -0.01, 0, 0.01, 0.1, 1, 10];

/** How far series are kept apart where they have the same x, of it. */
const APART = 0.014;

function panelOf(
  { title, yTitle, points: given, rules = [], yDomain, symlog }: CurvePanel,
  { xTitle, series, ticks, logX = false, width = 340, height = 280 }: IntervalLinesOptions,
): Panel {
  check(title, given, { series, logX });
  const points = given.map((point) => ({
    ...point,
    x: point.x * (1 + APART * (series.indexOf(point.series) - (series.length - 1) / 2)),
    at: point.x,
  }));
  const xScale = logX ? { type: "log", nice: false } : { zero: false, nice: false };
  const yScale = {
    ...(symlog !== undefined && { type: "symlog", constant: symlog }),
    ...(yDomain ? { domain: yDomain, nice: false } : { zero: false }),
  };
  const { color, dash } = lineScales(series);
  const legend = { title: null, orient: "right", symbolType: "stroke", symbolOpacity: 1 };
  const x = {
    field: "x",
    type: "quantitative",
    scale: xScale,
    axis: { title: xTitle, grid: false, values: ticks, format: "d" },
  };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    scale: yScale,
    axis: symlog === undefined
      ? { title: yTitle, tickCount: 5 }
      : { title: yTitle, values: POWERS, format: "~g" },
  });
  const ofSeries = { field: "series", type: "nominal" };
  const shared = { x, color: { ...ofSeries, scale: color, legend } };
  const bars = points.filter(({ low, high }) => low !== undefined && high !== undefined);
  return {
    title,
    width,
    height,
    layer: [
      {
        data: { values: rules },
        mark: { type: "rule", color: FAINT, strokeDash: [4, 3] },
        encoding: { y: y("y") },
      },
      {
        data: { values: rules },
        mark: {
          type: "text",
          align: "right",
          baseline: "bottom",
          dy: -3,
          x: "width",
          color: FAINT,
          fontSize: 12,
        },
        encoding: { y: y("y"), text: { field: "label", type: "nominal" } },
      },
      {
        data: { values: bars },
        mark: { type: "rule", strokeWidth: 1.5, opacity: 0.45 },
        encoding: { ...shared, y: y("low"), y2: { field: "high" } },
      },
      {
        data: { values: points },
        mark: { type: "line", strokeWidth: 2, strokeJoin: "round" },
        encoding: {
          ...shared,
          y: y("y"),
          ...(dash && { strokeDash: { ...ofSeries, scale: dash, legend } }),
        },
      },
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 42, opacity: 1 },
        encoding: {
          ...shared,
          y: y("y"),
          tooltip: ["series", "at", "y", "low", "high"].map((field) => ({
            field,
            type: field === "series" ? "nominal" : "quantitative",
          })),
        },
      },
    ].filter(({ data }) => data.values.length > 0),
  };
}

function check(
  title: string,
  points: readonly IntervalPoint[],
  { series, logX }: { series: string[]; logX: boolean },
): void {
  expectSeries(title, points, series);
  for (const { x, y, low = y, high = y, series: name } of points) {
    if (![x, y, low, high].every(Number.isFinite) || (logX && x <= 0)) {
      throw new RangeError(
        `Cannot draw ${title}: expected finite values${logX ? " at positive x" : ""} but found ` +
          `(${x}, ${y}, ${low} to ${high}) in "${name}": leave the point out, or look for what made it`,
      );
    }
  }
}
