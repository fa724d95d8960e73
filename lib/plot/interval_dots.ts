/**
 * Values of named rows as dots with an interval, several series beside one another: a table for the
 * eye.
 *
 * @module
 */
import { exactly, expectForm, flag, list, maybe, number, text } from "../io/form.ts";
import { nearestNames } from "../io/nearest.ts";
import { largest, smallest } from "../numerics/numbers.ts";
import { COLUMNS, DOMAIN, PIXELS, TITLES } from "./option_forms.ts";
import { type Panel, panels } from "./panels.ts";
import { dotScales, type SeriesScale } from "./series.ts";
import type { Spec } from "./theme.ts";

/** `low` and `high`: the ends of the line through the dot. */
export type IntervalDot = {
  row: string;
  series: string;
  value: number;
  low?: number;
  high?: number;
};

/** One panel of values with intervals. */
export type IntervalPanel = { title: string; dots: IntervalDot[] };

/** Words, series and axis of values with intervals. */
export type IntervalDotsOptions = {
  title: string;
  subtitle?: string[];
  xTitle: string;
  /** Series in the order of the legend. */
  series: string[];
  domain?: [number, number];
  /** A logarithmic axis; every value must then be positive. */
  logX?: boolean;
  columns?: number;
  width?: number;
  /** Pixels of one row; by default 26, or more where there are more than six series. */
  step?: number;
};

const OPTIONS = exactly({
  ...TITLES,
  title: text,
  xTitle: text,
  series: list(text),
  domain: maybe(DOMAIN),
  logX: maybe(flag),
  columns: COLUMNS,
  width: PIXELS,
  step: maybe(number({ above: 0 })),
});

/**
 * Panels of rows, in the order in which they are given -> spec. Throws on a value that is not
 * finite, on a series that the legend does not name, and on more than 24 of them.
 */
export function intervalDots(
  parts: readonly IntervalPanel[],
  options: IntervalDotsOptions,
): Spec {
  expectForm("draw intervals", options, OPTIONS);
  const { title, subtitle, columns = 2 } = options;
  return panels(parts.map((part) => panelOf(part, options)), {
    title,
    subtitle,
    columns,
    sharedColour: true,
  });
}

function panelOf({ title, dots }: IntervalPanel, options: IntervalDotsOptions): Panel {
  const { xTitle, series, domain, logX = false, width = 380 } = options;
  const { step = series.length > 6 ? 5 * series.length : 26 } = options; // many dots need room in a row
  for (const { row, value, low = value, high = value } of dots) {
    const finite = [value, low, high].every((x) => Number.isFinite(x) && (!logX || x > 0));
    if (finite && series.length > 0) continue;
    throw new Error(
      `Cannot draw ${row}: expected ${logX ? "positive " : ""}finite values but found ${value} ` +
        `(${low} to ${high}): leave the row out, or look for what made it`,
    );
  }
  const stranger = dots.find((dot) => !series.includes(dot.series))?.series;
  if (stranger !== undefined) {
    throw new Error(
      `Cannot draw ${title}: expected one of ${series.join(", ")} but found "${stranger}": ` +
        `add it to the series, or did you mean ${nearestNames(stranger, series, 1)}?`,
    );
  }
  const rows = [...new Set(dots.map(({ row }) => row))];
  const scale = {
    ...(logX ? { type: "log" } : { zero: false }),
    ...(domain ? { domain, clamp: true } : {}),
  };
  const x = (field: string) => ({
    field,
    type: "quantitative",
    scale,
    axis: logX
      ? { title: xTitle, values: powersOfTen(dots), format: "~g" }
      : { title: xTitle, tickCount: 5 },
  });
  const y = {
    field: "row",
    type: "nominal",
    sort: rows,
    axis: {
      title: null,
      labelLimit: 320,
      labelPadding: 8,
      domain: false,
      ticks: false,
      grid: true,
    },
  };
  const yOffset = { field: "series", type: "nominal", sort: series };
  const scales = dotScales(series);
  const ofSeries = (scale: SeriesScale) => ({
    field: "series",
    type: "nominal",
    scale,
    legend: series.length > 1 ? { title: null, orient: "right" } : null,
  });
  const color = ofSeries(scales.color);
  const shape = scales.shape && { shape: ofSeries(scales.shape) };
  return {
    title,
    width,
    height: rows.length * step,
    layer: [
      {
        data: { values: dots.filter(({ low }) => low !== undefined) },
        mark: { type: "rule", strokeWidth: 1.8 },
        encoding: { x: x("low"), x2: { field: "high" }, y, yOffset, color },
      },
      {
        data: { values: dots },
        mark: { type: "point", filled: true, size: 54, opacity: 1 },
        encoding: { x: x("value"), y, yOffset, color, ...shape },
      },
    ].filter(({ data }) => data.values.length > 0),
  };
}

/** Ticks around all values: between powers the labels of a logarithmic axis would collide. */
function powersOfTen(dots: readonly IntervalDot[]): number[] {
  const ends = dots.flatMap(({ value, low = value, high = value }) => [low, high]);
  const [from, to] = [smallest(ends), largest(ends)].map(Math.log10);
  const first = Math.floor(from), count = Math.ceil(to) - first + 1;
  return Array.from({ length: count }, (_, i) => 10 ** (first + i));
}
