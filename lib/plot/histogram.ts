/**
 * How values are spread: bars of equal width, with a fitted normal curve or marked values where
 * asked for.
 *
 * @module
 */
import { exactly, expectForm, text, whole } from "../io/form.ts";
import { expectNumbers, largest, smallest } from "../numerics/numbers.ts";
import { COLUMNS, PIXELS, TITLES } from "./option_forms.ts";
import { type Panel, panels } from "./panels.ts";
import { colourScale } from "./series.ts";
import { FAINT, INK, type Spec } from "./theme.ts";

/** One histogram of some series. */
export type Histogram = {
  title: string;
  xTitle: string;
  /** One list a series; `weights`, where given, are as long as the list. */
  series: { name: string; values: ArrayLike<number>; weights?: ArrayLike<number> }[];
  /** Draws the normal density of the first series' mean and deviation. */
  normal?: boolean;
  /** Marked values. */
  rules?: { x: number; label: string }[];
  bins?: number;
};

/** Words and sizes of histograms. */
export type HistogramsOptions = {
  title: string;
  subtitle?: string[];
  columns?: number;
  width?: number;
  height?: number;
};

/**
 * Histograms -> spec, shares on the y axis. Throws where there is no value or one is not finite.
 */
export function histograms(parts: readonly Histogram[], options: HistogramsOptions): Spec {
  expectForm("draw histograms", options, OPTIONS);
  const { title, subtitle, columns = 2, width = 420, height = 260 } = options;
  const legend = [...new Set(parts.flatMap(({ series }) => series.map(({ name }) => name)))];
  return panels(parts.map((part) => ({ ...histogramPanel(part, legend), width, height })), {
    title,
    subtitle,
    columns,
    sharedColour: true,
  });
}

const OPTIONS = exactly({
  ...TITLES,
  title: text,
  columns: COLUMNS,
  width: PIXELS,
  height: PIXELS,
});

function histogramPanel(
  { title, xTitle, series, normal, rules = [], bins = 40 }: Histogram,
  legend: string[],
): Panel {
  check({ title, series, normal, rules, bins });
  const lists = [...series.map(({ values }) => values), rules.map(({ x }) => x)];
  const low = smallest(lists.map(smallest)), high = largest(lists.map(largest));
  const step = (high - low || 1) / bins;
  if (!(low + step > low && Number.isFinite(high - low))) {
    throw new RangeError(
      `Cannot draw ${title}: expected values that ${bins} bars can tell apart but found ${low} to ` +
        `${high}: shift or scale them`,
    );
  }
  const bars = series.flatMap(({ name, values, weights }) => {
    const counts = new Float64Array(bins);
    let total = 0;
    for (let i = 0; i < values.length; i++) {
      const weight = weights?.[i] ?? 1;
      counts[Math.min(bins - 1, Math.floor((values[i] - low) / step))] += weight;
      total += weight;
    }
    return Array.from(counts, (count, bin) => ({
      series: name,
      from: low + bin * step,
      to: low + (bin + 1) * step,
      share: count / (total || 1),
    })).filter(({ share }) => share > 0);
  });
  const axis = { title: xTitle, grid: false, tickCount: 6 };
  const x = { type: "quantitative", scale: { zero: false }, axis };
  const y = {
    field: "share",
    type: "quantitative",
    axis: { title: "share", tickCount: 5 },
  };
  return {
    title,
    width: 0,
    height: 0,
    layer: [
      {
        data: { values: bars },
        // Between two numbers a bar could lie down as well: a rectangle from zero cannot.
        mark: { type: "rect", opacity: series.length > 1 ? 0.6 : 0.9 },
        encoding: {
          x: { ...x, field: "from" },
          x2: { field: "to" },
          y,
          y2: { datum: 0 },
          color: {
            field: "series",
            type: "nominal",
            scale: colourScale(legend),
            legend: legend.length > 1 ? { title: null, orient: "right" } : null,
          },
        },
      },
      ...(normal ? [normalLayer(series[0].values, { low, step, bins, x, y })] : []),
      ...(rules.length > 0 ? ruleLayers(rules, x) : []),
    ],
  };
}

/** Throws a sentence for what no bars can be made of. */
function check(
  { title, series, normal, rules = [], bins }: Pick<
    Histogram,
    "title" | "series" | "normal" | "rules" | "bins"
  >,
): void {
  const action = `draw ${title}`, todo = "look at what made them";
  expectForm(action, { bins }, exactly({ bins: whole(1, 100_000) }));
  for (const { values, weights } of series) {
    expectNumbers(action, values, { todo });
    if (!weights) continue;
    expectNumbers(action, weights, { todo });
    if (weights.length !== values.length || smallest(weights) < 0) {
      throw new RangeError(
        `Cannot ${action}: expected a weight of at least 0 for each of ${values.length} values but ` +
          `found ${weights.length}, the least ${smallest(weights)}: ${todo}`,
      );
    }
  }
  expectNumbers(action, rules.map(({ x }) => x), { todo });
  const empty = normal ? !series[0]?.values.length : series.every(({ values }) => !values.length);
  if (empty) {
    throw new RangeError(`Cannot ${action}: expected finite values but found none: ${todo}`);
  }
}

function ruleLayers(rules: { x: number; label: string }[], x: Record<string, unknown>) {
  return [
    {
      data: { values: rules },
      mark: { type: "rule", color: INK, strokeDash: [6, 4], strokeWidth: 1.5 },
      encoding: { x: { ...x, field: "x" } },
    },
    {
      data: { values: rules },
      mark: { type: "text", align: "right", dx: -6, y: 10, fontSize: 12, color: FAINT },
      encoding: { x: { ...x, field: "x" }, text: { field: "label", type: "nominal" } },
    },
  ];
}

/** The normal curve as a share for each bin width. */
function normalLayer(values: ArrayLike<number>, { low, step, bins, x, y }: {
  low: number;
  step: number;
  bins: number;
  x: Record<string, unknown>;
  y: Record<string, unknown>;
}): Record<string, unknown> {
  const list = Array.from(values), n = list.length;
  const mean = list.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n) || 1e-300;
  const points = Array.from({ length: 2 * bins + 1 }, (_, i) => {
    const at = low + i * step / 2;
    const share = step / (sd * Math.sqrt(2 * Math.PI)) *
      Math.exp(-((at - mean) ** 2) / (2 * sd ** 2));
    return { at, share };
  });
  return {
    data: { values: points },
    mark: { type: "line", color: INK, strokeWidth: 1.5 },
    encoding: { x: { ...x, field: "at" }, y },
  };
}
