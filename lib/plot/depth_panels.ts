/**
 * The same quantity at points of growing depth: one colour from dark to light along the depth, in
 * panels side by side that share a scale.
 *
 * @module
 */
import { exactly, expectForm, flag, having, list, maybe, oneOf, text } from "../io/form.ts";
import { COLUMNS, DOMAIN, PIXELS, TITLES } from "./option_forms.ts";
import { panels } from "./panels.ts";
import { INK, type Spec } from "./theme.ts";

/**
 * `values[i]` of a series stands at x = i. `marked`: places with a word beside them. `yDomain`: both
 * ends of the axis, from the data where left out.
 */
export type DepthPanel = {
  title: string;
  xTitle: string;
  yTitle: string;
  mark: "point" | "line";
  series: { name: string; values: readonly number[] }[];
  marked?: { x: number; y: number; label: string }[];
  yDomain?: [number, number];
};

/** Words, axes and columns of panels over depth. */
export type DepthPanelsOptions = {
  title: string;
  subtitle?: string[];
  /** What stands above the names of the series. */
  legend?: string;
  /** Logarithmic y axes: values of 0 are left out. */
  logY?: boolean;
  columns?: number;
  width?: number;
  height?: number;
};

const OPTIONS = exactly({
  ...TITLES,
  title: text,
  legend: maybe(text),
  logY: maybe(flag),
  columns: COLUMNS,
  width: PIXELS,
  height: PIXELS,
});
const PANELS = list(
  having({
    title: text,
    mark: oneOf(["point", "line"]),
    series: list(having({ name: text })),
    yDomain: maybe(DOMAIN),
  }),
);

/** Panels -> spec. Throws on a value that is not finite, or negative on a logarithmic axis. */
export function depthPanels(parts: readonly DepthPanel[], options: DepthPanelsOptions): Spec {
  const action = "draw panels over depth";
  expectForm(action, options, OPTIONS);
  expectForm(action, parts, PANELS, "give panels of the form { title, mark, series }");
  const { title, subtitle, legend, logY = false, columns = 2, width = 430, height = 270 } = options;
  const names = [...new Set(parts.flatMap(({ series }) => series.map(({ name }) => name)))];
  const drawn = parts.map((part) => ({ ...panel(part, { names, legend, logY }), width, height }));
  return panels(drawn, { title, subtitle, columns, sharedColour: true });
}

type Shared = { names: string[]; legend?: string; logY: boolean };

function panel(part: DepthPanel, { names, legend, logY }: Shared) {
  const { title, xTitle, yTitle, mark, series, marked = [], yDomain } = part;
  const values = series.flatMap(({ name, values }) =>
    values.flatMap((y, x) => {
      if (!Number.isFinite(y) || (logY && y < 0)) {
        throw new RangeError(
          `Cannot draw ${title}: expected ${
            logY ? "values from 0" : "finite values"
          } but found ${y} ` +
            `at ${x} of ${name}: look for what made it`,
        );
      }
      return logY && y === 0 ? [] : [{ x, y, series: name }];
    })
  );
  const x = { field: "x", type: "quantitative", scale: { nice: false, zero: false } };
  const y = {
    field: "y",
    type: "quantitative",
    scale: {
      ...(logY && { type: "log" }),
      ...(yDomain ? { domain: yDomain, nice: false } : { zero: !logY }),
    },
  };
  return {
    title,
    layer: [
      {
        data: { values },
        mark: mark === "line"
          ? { type: "line", strokeWidth: 2 }
          : { type: "point", filled: true, size: 14, opacity: 0.75 },
        encoding: {
          x: { ...x, axis: { title: xTitle, grid: false, tickCount: 8, tickMinStep: 1 } },
          y: { ...y, axis: { title: yTitle, tickCount: 5 } },
          color: {
            field: "series",
            type: "ordinal",
            sort: names,
            scale: { domain: names, scheme: "viridis", reverse: true },
            legend: { title: legend ?? null, orient: "right" },
          },
          tooltip: ["series", "x", "y"].map((field) => ({ field, type: "nominal" })),
        },
      },
      ...(marked.length > 0
        ? [{
          data: { values: marked },
          mark: { type: "text", align: "left", dx: 6, dy: -6, fontSize: 12, color: INK },
          encoding: { x, y, text: { field: "label", type: "nominal" } },
        }]
        : []),
    ],
  };
}
