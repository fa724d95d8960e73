/**
 * Tables of numbers as colours, several with common limits: blue below zero, red above.
 *
 * @module
 */
import { exactly, expectForm, flag, maybe, number, text, whole } from "../io/form.ts";
import { expectNumbers, largest, largestSize } from "../numerics/numbers.ts";
import { COLUMNS, PIXELS, TITLES } from "./option_forms.ts";
import { type Panel, panels } from "./panels.ts";
import type { Spec } from "./theme.ts";

/** Row-major; rows run down, columns to the right. */
export type HeatMap = {
  title: string;
  rows: number;
  cols: number;
  data: ArrayLike<number>;
  rowTitle?: string;
  colTitle?: string;
  /** Limit of the colours for this map alone; by default the largest absolute value of all maps. */
  limit?: number;
};

/** Words, columns and colours of heat maps. */
export type HeatMapOptions = {
  title: string;
  subtitle?: string[];
  columns?: number;
  /** Pixels of the longer side of a map. */
  size?: number;
  /** One bar of colours for all maps, which then have one limit. */
  oneBar?: boolean;
  /** Numbers that are at least 0: colours from white at 0 to red at the limit, no blue half. */
  fromZero?: boolean;
};

/** Pixels of a cell that leave room for its number on the axis. */
const NARROWEST = 14;

/** Maps -> spec. Throws on a value that is not finite, or on a table of the wrong length. */
export function heatMaps(maps: readonly HeatMap[], options: HeatMapOptions): Spec {
  expectForm("draw heat maps", options, OPTIONS);
  for (const map of maps) check(map);
  const common = maps.filter(({ limit }) => limit === undefined).map(({ data }) =>
    largestSize(data)
  );
  const limit = Math.max(0, largest(common));
  const { title, subtitle, columns = 3, size = 320 } = options;
  const { oneBar = false, fromZero = false } = options;
  const limits = new Set(maps.map((map) => map.limit ?? limit));
  if (oneBar && limits.size > 1) {
    throw new RangeError(
      `Cannot draw heat maps: expected maps of one limit for one bar of colours but found ` +
        `${[...limits].join(", ")}: leave oneBar out`,
    );
  }
  const shown = (map: HeatMap) => mapPanel(map, { limit: map.limit ?? limit, size, fromZero });
  return panels(maps.map(shown), {
    title,
    subtitle,
    columns,
    sharedColour: oneBar,
  });
}

const OPTIONS = exactly({
  ...TITLES,
  title: text,
  columns: COLUMNS,
  size: PIXELS,
  oneBar: maybe(flag),
  fromZero: maybe(flag),
});

function mapPanel(
  map: HeatMap,
  { limit, size, fromZero }: { limit: number; size: number; fromZero: boolean },
): Panel {
  const { title, rows, cols, data, rowTitle = "row", colTitle = "column" } = map;
  // Whole pixels: no seams between cells, and half the bytes of an SVG with thousands of them.
  const side = (n: number) => {
    const least = Math.floor(size / Math.max(rows, cols));
    return n * Math.max(1, Math.min(Math.max(NARROWEST, least), Math.floor(size / n)));
  };
  const values = Array.from(data, (value, n) => ({
    row: Math.floor(n / cols),
    column: n % cols,
    // Colours need no more, and files stay small.
    value: Number(value.toPrecision(4)),
  }));
  const axis = (title: string, n: number) => ({
    title,
    titleFontSize: 13,
    labelAngle: 0,
    labelFontSize: 11,
    ticks: false,
    domain: false,
    grid: false,
    values: ticks(n),
  });
  return {
    title,
    width: side(cols),
    height: side(rows),
    data: { values },
    mark: { type: "rect", aria: false },
    encoding: {
      x: { field: "column", type: "ordinal", axis: axis(colTitle, cols) },
      y: { field: "row", type: "ordinal", axis: axis(rowTitle, rows) },
      color: {
        field: "value",
        type: "quantitative",
        scale: fromZero
          ? { domain: [0, limit || 1], scheme: { name: "redblue", extent: [0.5, 0] } }
          : { domain: [-(limit || 1), limit || 1], scheme: "redblue", reverse: true },
        legend: {
          title: null,
          gradientLength: 120,
          gradientThickness: 10,
          labelFontSize: 11,
          tickCount: 5,
        },
      },
    },
  };
}

function ticks(n: number): number[] {
  const step = Math.max(1, Math.ceil(n / 4));
  return Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step);
}

const SIZES = exactly({ rows: whole(1), cols: whole(1), limit: maybe(number({ least: 0 })) });

function check({ title, rows, cols, data, limit }: HeatMap): void {
  const todo = "look at what made them";
  expectForm(`draw ${title}`, { rows, cols, limit }, SIZES, todo);
  if (data.length !== rows * cols) {
    throw new RangeError(
      `Cannot draw ${title}: expected ${rows} x ${cols} finite values but found ${data.length}: ${todo}`,
    );
  }
  expectNumbers(`draw ${title}`, data, { todo });
}
