/** The points of a rotation scatter, coloured by which of their cosines lie below the rules. @module */
import { COLOURS, INK } from "../theme.ts";
import type { Axis } from "./axis.ts";
import type { Thresholds } from "./point.ts";

/** Which of x (1) and y (2) lie below their rules, added up, is the index. */
export const CLASSES = [
  { label: "neither below its rule", colour: COLOURS.normal },
  { label: "only x below", colour: COLOURS.bottomX },
  { label: "only y below", colour: COLOURS.bottomY },
  { label: "both below", colour: COLOURS.bottomBoth },
];

/** The index of a point's class. */
export function classOf(point: Thresholds, thresholds: Thresholds): number {
  return (point.x < thresholds.x ? 1 : 0) + (point.y < thresholds.y ? 2 : 0);
}

type PointLayerOptions = {
  xAxis: Axis;
  yAxis: Axis;
  xTitle: string;
  yTitle: string;
  stages: string[];
};

/** `labels`: of the classes, as the legend has them. */
export function pointLayer(labels: string[], options: PointLayerOptions): Record<string, unknown> {
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
