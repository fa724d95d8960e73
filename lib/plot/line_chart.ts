/**
 * Curves over training: one line a series, named in a legend where there are several.
 *
 * @module
 */
import { exactly, expectForm, flag, having, list, maybe, oneOf, text } from "../io/form.ts";
import { PIXELS, TITLES } from "./option_forms.ts";
import { lineScales } from "./series.ts";
import { frame, type Spec } from "./theme.ts";

/** A point of a series. */
export type LinePoint = { x: number; y: number; series: string };

/** Words and axes of a line chart. */
export type LineChartOptions = {
  /** Says what the reader should see. */
  title: string;
  subtitle?: string[];
  xTitle?: string;
  yTitle?: string;
  /** A logarithmic y axis; every y must then be positive. */
  logY?: boolean;
  /** x counts something: no ticks between whole numbers. */
  wholeX?: boolean;
  /** Where the names of several series stand: in a corner of the plot, or beside it. */
  legend?: "corner" | "right";
  width?: number;
  height?: number;
};

const OPTIONS = exactly({
  ...TITLES,
  title: text,
  xTitle: maybe(text),
  yTitle: maybe(text),
  logY: maybe(flag),
  wholeX: maybe(flag),
  legend: maybe(oneOf(["corner", "right"])),
  width: PIXELS,
  height: PIXELS,
});

const POINTS = list(having({ series: text }));

/**
 * Points in any order -> spec. Throws on no points, on a value that is not finite or has no log,
 * and on more than 24 series, which no reader would tell apart.
 */
export function lineChart(points: LinePoint[], options: LineChartOptions): Spec {
  expectForm("draw lines", options, OPTIONS);
  expectForm("draw lines", points, POINTS, "give points of the form { x, y, series }");
  const { title, subtitle, xTitle = "step", yTitle = "loss", logY = false, wholeX = false } =
    options;
  const { width = 860, height = 460 } = options;
  check(points, logY);
  const series = [...new Set(points.map((point) => point.series))];
  const { color, dash } = lineScales(series);
  const legend = series.length > 1
    ? {
      title: null,
      // many names would cover the lines
      orient: dash || options.legend === "right" ? "right" : "top-right",
      symbolType: "stroke",
      fillColor: "white",
    }
    : null;
  const encoding = {
    x: {
      field: "x",
      type: "quantitative",
      scale: { zero: false, nice: false },
      axis: { title: xTitle, grid: false, tickCount: 8, ...(wholeX && { tickMinStep: 1 }) },
    },
    y: {
      field: "y",
      type: "quantitative",
      scale: logY ? { type: "log" } : { zero: false },
      axis: { title: yTitle, tickCount: 6 },
    },
    color: { field: "series", type: "nominal", scale: color, legend },
    ...(dash && { strokeDash: { field: "series", type: "nominal", scale: dash, legend } }),
  };
  const tooltip = ["series", "x", "y"].map((field) => ({
    field,
    type: field === "series" ? "nominal" : "quantitative",
  }));
  return frame({
    data: { name: "points", values: points },
    mark: { type: "line", strokeWidth: 2, strokeJoin: "round" },
    encoding: { ...encoding, tooltip },
  }, { title, subtitle, width, height });
}

function check(points: LinePoint[], logY: boolean): void {
  if (points.length === 0) {
    throw new Error("Cannot draw lines: expected points but found none: log at least one step");
  }
  for (const { x, y, series } of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y) || (logY && y <= 0)) {
      const expected = logY ? "finite x and positive y" : "finite values";
      throw new Error(
        `Cannot draw lines: expected ${expected} but found (${x}, ${y}) in "${series}": ` +
          "leave the point out, or look for what made it",
      );
    }
  }
}
