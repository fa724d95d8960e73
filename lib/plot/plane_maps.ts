/**
 * A number over two quantities as colour, several squares with common limits: blue below zero, red
 * above; lines can be drawn over it.
 *
 * @module
 */
import { exactly, expectForm, having, list, maybe, number, text } from "../io/form.ts";
import { expectNumbers, largestSize } from "../numerics/numbers.ts";
import { COLUMNS, DOMAIN, PIXELS, TITLES } from "./option_forms.ts";
import { type Panel, panels } from "./panels.ts";
import { INK, type Spec } from "./theme.ts";

/** A straight line from one point to another, inside the plane. */
export type PlaneLine = { from: [number, number]; to: [number, number] };

/** `values` [cells, cells] are at the middles of equal cells, y rising by rows, x within a row. */
export type PlaneMap = { title: string; values: ArrayLike<number>; lines?: PlaneLine[] };

/** Words, axes and columns of maps of a plane. */
export type PlaneMapsOptions = {
  title: string;
  subtitle?: string[];
  xTitle: string;
  yTitle: string;
  /** Both ends of both axes. */
  domain: [number, number];
  columns?: number;
  /** Pixels of a side, about. */
  size?: number;
};

const OPTIONS = exactly({
  ...TITLES,
  title: text,
  xTitle: text,
  yTitle: text,
  domain: DOMAIN,
  columns: COLUMNS,
  size: PIXELS,
});

const ENDS = list(number(), { length: 2 });
const MAPS = list(
  having({ title: text, lines: maybe(list(exactly({ from: ENDS, to: ENDS }))) }),
  { least: 1 },
);

/**
 * The middles of `cells` equal cells of a domain, where the values of a map stand.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { middles } from "./plane_maps.ts";
 * assertEquals(middles([0, 4], 2), [1, 3]);
 * ```
 */
export function middles([from, to]: [number, number], cells: number): number[] {
  return Array.from({ length: cells }, (_, n) => from + (to - from) * (n + 0.5) / cells);
}

/** Maps → spec. Throws on none, on values that are not finite or not those of a square. */
export function planeMaps(maps: readonly PlaneMap[], options: PlaneMapsOptions): Spec {
  const action = "draw planes";
  expectForm(action, options, OPTIONS);
  expectForm(action, maps, MAPS, "give maps of the form { title, values }");
  for (const { title, values } of maps) {
    expectNumbers(`draw ${title}`, values, { todo: "look at what made them" });
    if (values.length === 0 || !Number.isInteger(Math.sqrt(values.length))) {
      throw new RangeError(
        `Cannot draw ${title}: expected the values of a square but found ${values.length}: ` +
          "give as many rows as columns",
      );
    }
  }
  const limit = maps.reduce((most, { values }) => Math.max(most, largestSize(values)), 0) || 1;
  const { title, subtitle, columns = 3 } = options;
  return panels(maps.map((map) => planePanel(map, options, limit)), {
    title,
    subtitle,
    columns,
    sharedColour: true,
  });
}

function planePanel(
  { title, values, lines = [] }: PlaneMap,
  { domain, xTitle, yTitle, size = 240 }: PlaneMapsOptions,
  limit: number,
): Panel {
  const cells = Math.sqrt(values.length), at = middles(domain, cells);
  const half = (domain[1] - domain[0]) / cells / 2;
  // Whole pixels: no seams between cells.
  const side = cells * Math.max(1, Math.round(size / cells));
  const edges = (n: number) => [at[n] - half, at[n] + half].map((x) => Number(x.toPrecision(6)));
  const rects = Array.from(values, (value, n) => {
    const [x, x2] = edges(n % cells), [y, y2] = edges(Math.floor(n / cells));
    return { x, x2, y, y2, value: Number(value.toPrecision(4)) };
  });
  const axis = (field: string, title: string) => ({
    field,
    type: "quantitative",
    scale: { domain, nice: false },
    axis: { title, grid: false, tickCount: 5, labelFontSize: 11, titleFontSize: 13 },
  });
  return {
    title,
    width: side,
    height: side,
    layer: [
      {
        data: { values: rects },
        mark: { type: "rect", aria: false, strokeWidth: 0 },
        encoding: {
          x: axis("x", xTitle),
          x2: { field: "x2" },
          y: axis("y", yTitle),
          y2: { field: "y2" },
          color: {
            field: "value",
            type: "quantitative",
            scale: { domain: [-limit, limit], scheme: "redblue", reverse: true },
            legend: { title: null, gradientLength: 160, gradientThickness: 12, tickCount: 5 },
          },
        },
      },
      ...lines.map(({ from, to }) => ({
        data: { values: [from, to].map(([x, y]) => ({ x, y })) },
        mark: { type: "line", color: INK, strokeDash: [4, 3], strokeWidth: 1, aria: false },
        encoding: { x: axis("x", xTitle), y: axis("y", yTitle) },
      })),
    ],
  };
}
