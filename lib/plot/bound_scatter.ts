/**
 * What does a longer proof buy? Points and curves over a common pair of axes, one panel a
 * population, colours that mean the same in every panel.
 *
 * After the figures of "Compact Proofs of Model Performance" (bound against length, dimension
 * against length, bound against a ratio of singular values).
 *
 * @module
 */
import { everyField, exactly, expectForm, flag, maybe, text } from "../io/form.ts";
import { COLUMNS, DOMAIN, PIXELS, TITLES } from "./option_forms.ts";
import { type Panel, panels } from "./panels.ts";
import { FAINT, INK, type Spec } from "./theme.ts";

/**
 * A point of a series; its label is what hovering shows. `size`: area of the mark in pixels, where a
 * point stands for others.
 */
export type BoundPoint = { x: number; y: number; series: string; label: string; size?: number };

/**
 * A curve through the given places in order; without a series it is a dashed rule with its label,
 * if not "", at its end. `dashed`: in the series' colour.
 */
export type BoundCurve = {
  series?: string;
  label: string;
  at: { x: number; y: number }[];
  dashed?: true;
};

/** One panel of points, with curves. */
export type BoundPanel = {
  title: string;
  points: BoundPoint[];
  curves?: BoundCurve[];
  /** Stretches of the y axis that are shaded. */
  bands?: [number, number][];
  /** Where the panel's axes differ from the figure's. */
  xTitle?: string;
  yTitle?: string;
  yDomain?: [number, number];
  /** x counts something: no ticks between whole numbers, and room for the dots at both ends. */
  wholeX?: boolean;
};

/** Words, axes and colours of a scatter of bounds. */
export type BoundScatterOptions = {
  title: string;
  subtitle?: string[];
  xTitle: string;
  yTitle: string;
  /** Series in the order of the legend, with their colours. */
  colours: Record<string, string>;
  /** Vega's names of the marks of some series; circles by default. */
  shapes?: Record<string, string>;
  /** Fixed ends of the y axis; by default it holds the data. */
  yDomain?: [number, number];
  /** Logarithmic axes; every value there must then be positive. */
  logX?: boolean;
  logY?: boolean;
  /** Points say what they are on hover (default), or leave it to the axes where they are many. */
  hover?: boolean;
  columns?: number;
  width?: number;
  height?: number;
};

/**
 * Panels of points -> spec. Throws on a value that is not finite or has no log, where one is taken,
 * and on a series without a colour.
 */
export function boundScatter(parts: readonly BoundPanel[], options: BoundScatterOptions): Spec {
  expectForm("draw bounds", options, OPTIONS);
  const { colours, title, subtitle, columns = 2 } = options;
  for (const part of parts) check(part, options);
  const used = new Set(
    parts.flatMap(({ points, curves = [] }) => [...points, ...curves].map(({ series }) => series)),
  );
  const legend = Object.keys(colours).filter((name) => used.has(name));
  return panels(parts.map((part) => panelOf(part, legend, options)), {
    title,
    subtitle,
    columns,
    sharedColour: true,
  });
}

/** A logarithmic axis ends near the data: whole decades would leave half of a panel empty. */
const LOG = { type: "log", nice: false, padding: 10 };

/** On the y axis, about. */
const TICKS = 6;

const OPTIONS = exactly({
  ...TITLES,
  title: text,
  xTitle: text,
  yTitle: text,
  colours: everyField(text),
  shapes: maybe(everyField(text)),
  yDomain: maybe(DOMAIN),
  logX: maybe(flag),
  logY: maybe(flag),
  hover: maybe(flag),
  columns: COLUMNS,
  width: PIXELS,
  height: PIXELS,
});

function panelOf(
  part: BoundPanel,
  legend: string[],
  options: BoundScatterOptions,
): Panel {
  const { title, points, curves = [], bands = [] } = part;
  const { colours, shapes, logX = false, logY = false, hover = true } = options;
  const { width = 420, height = 340 } = options;
  const { xTitle, yTitle, yDomain } = { ...options, ...part };
  const x = {
    field: "x",
    type: "quantitative",
    scale: logX ? LOG : { zero: false, ...(part.wholeX && { nice: false, padding: 20 }) },
    axis: {
      title: xTitle,
      grid: false,
      tickCount: 7,
      labelOverlap: true,
      labelSeparation: 10,
      ...(part.wholeX && { tickMinStep: 1, format: "d" }),
    },
  };
  const y = {
    field: "y",
    type: "quantitative",
    scale: {
      // Ends that are ticks in every panel keep the titles of a row on one line.
      ...(logY ? LOG : yDomain ? {} : { zero: false, nice: TICKS }),
      ...(yDomain && { domain: yDomain, clamp: true }),
    },
    axis: { title: yTitle, tickCount: TICKS },
  };
  const color = {
    field: "series",
    type: "nominal",
    scale: { domain: legend, range: legend.map((name) => colours[name]) },
    legend: legend.length > 1
      ? {
        title: null,
        orient: "right",
        symbolOpacity: 1,
        ...(shapes ? {} : { symbolType: "circle" }),
      }
      : null,
  };
  const shape = shapes && {
    field: "series",
    type: "nominal",
    scale: { domain: legend, range: legend.map((name) => shapes[name] ?? "circle") },
    legend: color.legend, // vega joins the two only where they agree
  };
  const tooltip = ["label", "x", "y"].map((field) => ({
    field,
    type: field === "label" ? "nominal" : "quantitative",
  }));
  const rows = (kind: (curve: BoundCurve) => boolean) =>
    curves.filter(kind).flatMap(({ series, label, at }) =>
      at.map((place, order) => ({ ...place, series, label, order }))
    );
  const line = (stroke: Record<string, unknown>) => ({
    type: "line",
    strokeWidth: 1.5,
    clip: true,
    ...stroke,
  });
  const path = { x, y, order: { field: "order" }, detail: { field: "label" } };
  return {
    title,
    width,
    height,
    layer: [
      {
        data: { values: bands.map(([y, to]) => ({ y, to })) },
        mark: { type: "rect", color: FAINT, opacity: 0.12 },
        encoding: { y, y2: { field: "to" } },
      },
      {
        data: { values: rareLast(points) },
        mark: {
          type: "point",
          filled: true,
          size: shapes ? 34 : 26,
          opacity: 0.65,
          ...(hover ? {} : { aria: false }),
        },
        encoding: {
          ...{ x, y, color },
          ...(shape ? { shape } : {}),
          ...(hover ? { tooltip } : {}),
          ...(points.some(({ size }) => size !== undefined)
            ? { size: { field: "size", type: "quantitative", scale: null } }
            : {}),
        },
      },
      {
        data: { values: rows(({ series, dashed }) => series !== undefined && !dashed) },
        mark: line({}),
        encoding: { ...path, color },
      },
      {
        data: { values: rows(({ series, dashed }) => series !== undefined && dashed === true) },
        mark: line({ strokeDash: [4, 3] }),
        encoding: { ...path, color },
      },
      {
        data: { values: rows(({ series }) => series === undefined) },
        mark: line({ color: INK, strokeDash: [6, 4] }),
        encoding: path,
      },
      {
        data: {
          values: curves.filter(({ series, label }) => series === undefined && label !== "")
            .map(endOf),
        },
        mark: { type: "text", align: "right", dx: -10, dy: 4, fontSize: 12, color: FAINT },
        encoding: { x, y, text: { field: "label", type: "nominal" } },
      },
    ].filter(({ data }) => data.values.length > 0), // others have no extent
  };
}

/** Series by series, so that one of few points is not hidden below one of many. */
function rareLast(points: readonly BoundPoint[]): BoundPoint[] {
  const series = Map.groupBy(points, ({ series }) => series);
  return [...series.values()].toSorted((a, b) => b.length - a.length).flat();
}

/** Where a rule's label goes: at its last place. */
function endOf({ label, at }: BoundCurve) {
  return { ...at[at.length - 1], label };
}

function check(part: BoundPanel, options: BoundScatterOptions): void {
  const { colours, logX = false, logY = false } = options;
  const { title, points, curves = [] } = part;
  const [low] = { ...options, ...part }.yDomain ?? [1];
  if (logY && low <= 0) {
    throw new RangeError(
      `Cannot draw bounds: expected a yDomain above 0 on a logarithmic axis but found ${low} in ` +
        `${title}: give it another end, or leave it out`,
    );
  }
  const places = [
    ...points,
    ...curves.flatMap(({ at, label, series }) =>
      at.map((place) => ({ ...place, label, series: series ?? Object.keys(colours)[0] }))
    ),
  ];
  for (const { x, y, series, label } of places) {
    if (!Object.hasOwn(colours, series)) {
      throw new Error(
        `Cannot draw bounds: expected one of ${Object.keys(colours).join(", ")} but found ` +
          `"${series}": give the series a colour`,
      );
    }
    const positive = [...(logX ? ["x"] : []), ...(logY ? ["y"] : [])].join(" and ");
    if (![x, y].every(Number.isFinite) || (logX && x <= 0) || (logY && y <= 0)) {
      throw new Error(
        `Cannot draw bounds: expected finite values${positive && `, positive ${positive}`} but ` +
          `found (${x}, ${y}) for ${label} in ` +
          `${title}: leave the point out, or look for what made it`,
      );
    }
  }
}
