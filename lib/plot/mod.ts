/**
 * Pictures: (data, options) to a Vega-Lite spec; a spec to SVG, PNG, files and a notebook's output.
 * PNGs need `--allow-ffi --allow-sys=cpus,networkInterfaces,hostname`; without them figures come as spec
 * and SVG, and why is said.
 *
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import * as plot from "./mod.ts";
 * const points = [{ x: 0, y: 1, series: "loss" }, { x: 1, y: 0.5, series: "loss" }];
 * const spec = plot.lineChart(points, { title: "Loss", xTitle: "step", yTitle: "nats" });
 * assertStringIncludes(await plot.renderSvg(spec), "<svg");
 * spec; // the last line of a notebook's cell shows it, as does
 * plot.displayFigure(spec, { text: "a loss that falls" });
 * const folder = await Deno.makeTempDir();
 * const [chart] = await plot.saveFigure(folder, "loss", spec);
 * assertStringIncludes(chart, "loss.vl.json");
 * await Deno.remove(folder, { recursive: true });
 * ```
 * @module
 */
export {
  arrowDiagram,
  type ArrowDiagramOptions,
  type DiagramArrow,
  type DiagramBox,
  type DiagramPanel,
  type DiagramText,
} from "./arrow_diagram.ts";
export {
  type BoundCurve,
  type BoundPanel,
  type BoundPoint,
  boundScatter,
  type BoundScatterOptions,
} from "./bound_scatter.ts";
export { type Column, rowsOf, type ValueOf } from "./columns.ts";
export { type DepthPanel, depthPanels, type DepthPanelsOptions } from "./depth_panels.ts";
export { displaying, type MimeBundle } from "./notebook/displaying.ts";
export { displayFigure, type DisplayOptions, figureBundle } from "./notebook/figure.ts";
export { displayTable, type TableRow } from "./notebook/table.ts";
export {
  type Group,
  type GroupPoint,
  groupScatter,
  type GroupScatterOptions,
} from "./group_scatter.ts";
export { type HeatMap, type HeatMapOptions, heatMaps } from "./heat_map.ts";
export { type Histogram, histograms, type HistogramsOptions } from "./histogram.ts";
export {
  type IntervalDot,
  intervalDots,
  type IntervalDotsOptions,
  type IntervalPanel,
} from "./interval_dots.ts";
export {
  type CurvePanel,
  intervalLines,
  type IntervalLinesOptions,
  type IntervalPoint,
} from "./interval_lines.ts";
export { lineChart, type LineChartOptions, type LinePoint } from "./line_chart.ts";
export { type LinePanel, linePanels, type LinePanelsOptions } from "./line_panels.ts";
export {
  type LiveProgress,
  liveProgress,
  type LiveProgressOptions,
} from "./notebook/live_progress.ts";
export {
  middles,
  type PlaneLine,
  type PlaneMap,
  planeMaps,
  type PlaneMapsOptions,
} from "./plane_maps.ts";
export {
  quadrantBars,
  type QuadrantBarsOptions,
  type QuadrantCounts,
  type Segment,
} from "./quadrant_bars.ts";
export type { Panel } from "./panels.ts";
export { type PngOptions, renderPng, renderSvg } from "./render.ts";
export { rotationScatter, type RotationScatterOptions } from "./rotation_scatter.ts";
export type { RotationPoint, Sign } from "./rotation_scatter/point.ts";
export { type Format, FORMATS, saveFigure, type SaveOptions } from "./save.ts";
export {
  type TokenPanel,
  tokenViews,
  type TokenViewsOptions,
  type ValuedToken,
} from "./token_views.ts";
export { tableFigure, type TableFigureOptions } from "./table_figure.ts";
export { COLOURS, FAINT, frame, type Spec } from "./theme.ts";
export { colourScale, dotScales, lineScales } from "./series.ts";

export type * from "./types.ts";
