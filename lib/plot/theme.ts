/**
 * What all figures share: font, sizes, colours, the frame of a spec, and that a notebook shows it.
 *
 * @module
 */
import { asFigure } from "./notebook/figure.ts";
import { FONT, type Spec } from "./spec.ts";

export type { Spec };

/** Colours of points that are below no rule, one, or both. */
export const COLOURS = {
  normal: "#8E8E99",
  bottomX: "#0081A7",
  bottomY: "#009B72",
  bottomBoth: "#D66853",
};

export const INK = "#22252B";
/** The colour of what is there for orientation alone. */
export const FAINT = "#6B7079";

/** Ink of words on a coloured ground, which is the same on a dark page. */
export const INK_ON_COLOUR = "#22252C";

/** What stands for words and lines where the page is dark, by what stands for them on white. */
export const DARK: Record<string, string> = {
  white: "#17191D",
  [INK]: "#E8E9EC",
  [FAINT]: "#A7ABB4",
  "#454952": "#C8CBD1",
  "#E8E9EC": "#363A42",
  "#1B1B1B": "#D8D8D8",
  "#332288": "#8F83E0",
  "#661100": "#C46A55",
  "#882255": "#C9648F",
  "#7A5C00": "#B08A1E",
};

const CONFIG = {
  background: "white",
  font: FONT,
  padding: { left: 16, top: 14, right: 20, bottom: 14 },
  title: {
    anchor: "start",
    frame: "group",
    color: INK,
    fontSize: 20,
    fontWeight: "bold",
    offset: 16,
    subtitleColor: "#454952",
    subtitleFontSize: 15,
    subtitleLineHeight: 21,
    subtitlePadding: 8,
  },
  axis: {
    domainColor: FAINT,
    gridColor: "#E8E9EC",
    labelColor: INK,
    labelFlush: false,
    labelFontSize: 14,
    tickColor: FAINT,
    titleColor: INK,
    titleFontSize: 16,
    titleFontWeight: "normal",
    titlePadding: 12,
  },
  legend: {
    labelColor: INK,
    labelFontSize: 14,
    labelLimit: 0,
    offset: 14,
    rowPadding: 6,
    symbolSize: 110,
    symbolStrokeWidth: 2.5,
    titleColor: INK,
    titleFontSize: 14,
    titleFontWeight: "normal",
  },
  view: { stroke: null },
};

/** Words and sizes that every figure has. */
export type FrameOptions = {
  title: string;
  /** One string a line. */
  subtitle?: string[];
  /** Of the plotting area, in pixels. */
  width: number;
  height: number;
};

/** The outer part of a spec: schema, theme, title and size around marks that the caller gives. */
export function frame(body: Record<string, unknown>, options: FrameOptions): Spec {
  const { title, subtitle = [], width, height } = options;
  return asFigure({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    config: CONFIG,
    title: subtitle.length ? { text: title, subtitle } : { text: title },
    width,
    height,
    ...body,
  });
}
