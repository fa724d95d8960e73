/**
 * Which latents turned, and under what? One point a latent, at its cosine similarity before and
 * after either of two changes; those below the percentile on both axes are the ones to look at.
 *
 * After the main figure of stage-wise model diffing (S2): axes, colours and point size as
 * published.
 *
 * @module
 */
import { exactly, expectForm, flag, list, maybe, number, text } from "../io/form.ts";
import { quantile } from "../numerics/statistics.ts";
import { PIXELS, TITLES } from "./option_forms.ts";
import { COLOURS, FAINT, frame, INK, type Spec } from "./theme.ts";

export type RotationPoint = {
  latent: number;
  /** Cosine D -> DF, and M -> MF. */
  x: number;
  y: number;
  /** Latents that are not active are not drawn. */
  active: boolean;
  /** Drawn with a dark ring. */
  relevant?: boolean;
  /** Names of `signs` that are drawn around it. */
  signs?: string[];
  /** For the tooltip: for each stage, its top tokens in context. */
  tokens?: Record<string, string>;
};

export type Thresholds = { x: number; y: number };

/** A sign around some points: Vega's name of a shape, and a colour. */
export type Sign = { name: string; shape: string; colour: string };

export type RotationScatterOptions = {
  /** What points may be marked with, in the order of the legend. */
  signs?: Sign[];
  /** Where the rules stand; by default at `percentile` of the active latents, on each axis. */
  thresholds?: Thresholds;
  /** In percent, 5 by default. With `thresholds` given it only names them in the figure. */
  percentile?: number;
  /** The rules end where they cross: a box at the bottom left. */
  box?: boolean;
  /** Where the axes begin at the latest, so that several figures have the same ones; 0 by default. */
  lowest?: Thresholds;
  title?: string;
  subtitle?: string[];
  xTitle?: string;
  yTitle?: string;
  width?: number;
  height?: number;
};

const OPTIONS = exactly({
  ...TITLES,
  signs: maybe(list(exactly({ name: text, shape: text, colour: text }))),
  thresholds: maybe(exactly({ x: number(), y: number() })),
  percentile: maybe(number({ least: 0, most: 100 })),
  box: maybe(flag),
  lowest: maybe(exactly({ x: number(), y: number() })),
  xTitle: maybe(text),
  yTitle: maybe(text),
  width: PIXELS,
  height: PIXELS,
});

/** Which of x (1) and y (2) lie below their rules, added up, is the index. */
const CLASSES = [
  { label: "neither below its rule", colour: COLOURS.normal },
  { label: "only x below", colour: COLOURS.bottomX },
  { label: "only y below", colour: COLOURS.bottomY },
  { label: "both below", colour: COLOURS.bottomBoth },
];

/** Points -> spec. Throws where no latent is active or a cosine is no finite number. */
export function rotationScatter(
  points: RotationPoint[],
  options: RotationScatterOptions = {},
): Spec {
  expectForm("draw rotations", options, OPTIONS);
  const drawn = points.filter((point) => point.active);
  check(drawn);
  const { percentile = 5, box = false, width = 860, height = 690 } = options;
  const { lowest = { x: 0, y: 0 } } = options;
  const named = options.percentile !== undefined || !options.thresholds;
  const thresholds = options.thresholds ?? {
    x: quantile(drawn.map((point) => point.x), percentile / 100),
    y: quantile(drawn.map((point) => point.y), percentile / 100),
  };
  const below = drawn.map((point) => classOf(point, thresholds));
  const counts = CLASSES.map((_, i) => below.filter((one) => one === i).length);
  const labels = CLASSES.map(({ label }, i) => `${label} (${counts[i]})`);
  const rows = drawn.map((point, i) => ({ ...point, turned: labels[below[i]] }))
    .sort((a, b) => labels.indexOf(a.turned) - labels.indexOf(b.turned)); // the rare ones on top
  const title = options.title ??
    "Cosine similarities between features in D & DF and M & MF crosscoders";
  const xAxis = axisFor([lowest.x, ...drawn.map(({ x }) => x)]);
  const yAxis = axisFor([lowest.y, ...drawn.map(({ y }) => y)]);
  return frame({
    data: { name: "latents", values: rows },
    layer: [
      pointLayer(labels, {
        xAxis,
        yAxis,
        xTitle: options.xTitle ?? "D -> DF cosine similarities",
        yTitle: options.yTitle ?? "M -> MF cosine similarities",
        stages: Object.keys(drawn[0].tokens ?? {}),
      }),
      ...signLayers(drawn, options.signs ?? []),
      ...(box
        ? boxLayers(thresholds, [xAxis.scale.domain[0], yAxis.scale.domain[0]])
        : ruleLayers(thresholds, named ? `percentile ${percentile}: ` : "")),
    ],
  }, { title, subtitle: options.subtitle ?? subtitle(drawn, counts[3]), width, height });
}

type Axis = {
  scale: { domain: [number, number] } & Record<string, unknown>;
  axis: Record<string, unknown>;
};

/** From 0, or from the tenth below the lowest value, to 1.05, with a tick every 0.1. */
function axisFor(values: number[]): Axis {
  const from = Math.floor(10 * values.reduce((low, value) => Math.min(low, value), 0));
  const ticks = Array.from({ length: 11 - from }, (_, i) => (from + i) / 10);
  return {
    scale: { domain: [from / 10, 1.05], nice: false, zero: false },
    axis: { format: ".1f", values: ticks },
  };
}

type PointLayerOptions = {
  xAxis: Axis;
  yAxis: Axis;
  xTitle: string;
  yTitle: string;
  stages: string[];
};

function pointLayer(labels: string[], options: PointLayerOptions): Record<string, unknown> {
  const { xAxis, yAxis, xTitle, yTitle, stages } = options;
  const common = `datum.turned === ${JSON.stringify(labels[0])} && !datum.relevant`;
  const commonOr = (value: number, other: number) => ({
    condition: { test: common, value },
    value: other,
  });
  return {
    mark: { type: "point", filled: true, strokeWidth: 1.6 },
    encoding: {
      x: { field: "x", type: "quantitative", title: xTitle, ...xAxis },
      y: { field: "y", type: "quantitative", title: yTitle, ...yAxis },
      color: {
        field: "turned",
        type: "nominal",
        scale: { domain: labels, range: CLASSES.map(({ colour }) => colour) },
        legend: { title: null, orient: "top", columnPadding: 22, symbolOpacity: 1 },
      },
      size: commonOr(18, 44),
      opacity: commonOr(0.7, 0.95),
      stroke: { condition: { test: "datum.relevant === true", value: INK }, value: null },
      tooltip: [
        { field: "latent", type: "quantitative", title: "latent", format: "d" },
        { field: "x", type: "quantitative", title: "x", format: ".3f" },
        { field: "y", type: "quantitative", title: "y", format: ".3f" },
        ...stages.map((stage) => ({
          field: `tokens.${stage}`,
          type: "nominal",
          title: `tokens ${stage}`,
        })),
      ],
    },
  };
}

/** One row a point and sign, so that each sign has its place in the legend. */
function signLayers(drawn: readonly RotationPoint[], signs: readonly Sign[]) {
  const values = drawn.flatMap(({ latent, x, y, signs: own = [] }) =>
    own.map((sign) => ({ latent, x, y, sign }))
  );
  if (values.length === 0) return [];
  return [{
    data: { values },
    mark: { type: "point", filled: false, strokeWidth: 2, opacity: 1, size: 220 },
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { field: "y", type: "quantitative" },
      shape: {
        field: "sign",
        type: "nominal",
        scale: {
          domain: signs.map(({ name }) => name),
          range: signs.map(({ shape }) => shape),
        },
        legend: {
          title: null,
          orient: "top",
          columnPadding: 22,
          symbolSize: 160,
          symbolStrokeColor: INK,
        },
      },
      stroke: {
        condition: signs.map(({ name, colour }) => ({
          test: `datum.sign === ${JSON.stringify(name)}`,
          value: colour,
        })),
        value: INK,
      },
    },
  }];
}

/** Two dashed rules, each with its label on the side that is usually empty. */
function ruleLayers(thresholds: Thresholds, what: string): Record<string, unknown>[] {
  const values = [thresholds];
  const rule = { type: "rule", color: INK, strokeDash: [6, 4], strokeWidth: 1.3 };
  const text = { type: "text", color: FAINT, fontSize: 13 };
  const x = { field: "x", type: "quantitative" };
  const y = { field: "y", type: "quantitative" };
  const labelX = `${what}x < ${thresholds.x.toFixed(2)}`;
  const labelY = `${what}y < ${thresholds.y.toFixed(2)}`;
  return [
    { data: { values }, mark: rule, encoding: { x } },
    { data: { values }, mark: rule, encoding: { y } },
    {
      data: { values },
      mark: { ...text, angle: 270, align: "left", baseline: "bottom", dx: 8, dy: -6, y: "height" },
      encoding: { x, text: { value: labelX } },
    },
    {
      data: { values },
      mark: { ...text, align: "left", baseline: "bottom", dx: 8, dy: -6, x: 0 },
      encoding: { y, text: { value: labelY } },
    },
  ];
}

/** The upper and the right edge of the box from where the axes begin, and its words in the corner. */
function boxLayers({ x, y }: Thresholds, [left, bottom]: [number, number]) {
  const edge = { type: "rule", color: INK, strokeDash: [6, 4], strokeWidth: 1.3 };
  const [atX, atY] = ["x", "y"].map((field) => ({ field, type: "quantitative" }));
  const label = x === y ? `both < ${x.toFixed(2)}` : `x < ${x.toFixed(2)}, y < ${y.toFixed(2)}`;
  const words = {
    type: "text",
    color: FAINT,
    fontSize: 13,
    align: "left",
    baseline: "bottom",
    dx: 8,
  };
  return [
    {
      data: { values: [{ x, y, end: bottom }] },
      mark: edge,
      encoding: { x: atX, y: atY, y2: { field: "end" } },
    },
    {
      data: { values: [{ x, y, end: left }] },
      mark: edge,
      encoding: { x: atX, x2: { field: "end" }, y: atY },
    },
    {
      data: { values: [{ x: left, y, label }] },
      mark: { ...words, dy: -6 },
      encoding: { x: atX, y: atY, text: { field: "label" } },
    },
  ];
}

function subtitle(rows: RotationPoint[], both: number): string[] {
  const lines = [
    `Bottom left: ${both} of ${rows.length} active latents turned both when the model was changed ` +
    "after the data (x)",
    "and when the data was changed after the model (y).",
  ];
  if (rows.some((row) => row.relevant)) lines[1] += " Ringed: latents of the backdoor.";
  return lines;
}

function classOf(point: Thresholds, thresholds: Thresholds): number {
  return (point.x < thresholds.x ? 1 : 0) + (point.y < thresholds.y ? 2 : 0);
}

function check(drawn: RotationPoint[]): void {
  if (drawn.length === 0) {
    throw new Error(
      "Cannot draw rotations: expected active latents but found none: " +
        "look at the crosscoders' dead counts",
    );
  }
  for (const { latent, x, y } of drawn) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      throw new Error(
        `Cannot draw rotations: expected finite cosines but found (${x}, ${y}) at latent ${latent}: ` +
          "look for a decoder row that is zero or NaN",
      );
    }
  }
}
