/**
 * Boxes with words, and arrows between points, in panels side by side: schemes, and vectors in a
 * plane. Places are in pixels of the panel, y downwards.
 *
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { arrowDiagram } from "./arrow_diagram.ts";
 * import { renderSvg } from "./render.ts";
 * const boxes = [{ x: 40, y: 40, width: 60, height: 40, lines: ["S"] }];
 * const arrows = [{ from: [70, 40], to: [150, 40], colour: "#0081A7" }] as const;
 * const panel = { title: "Way", width: 200, height: 80, boxes, arrows };
 * assertStringIncludes(await renderSvg(arrowDiagram([panel], { title: "Ways" })), ">S<");
 * ```
 * @module
 */
import { exactly, expectForm, having, list, maybe, number, text } from "../io/form.ts";
import { COLUMNS, TITLES } from "./option_forms.ts";
import { type Panel, panels } from "./panels.ts";
import { INK, INK_ON_COLOUR, type Spec } from "./theme.ts";

/** A box around its middle; its first line is bold. */
export type DiagramBox = {
  x: number;
  y: number;
  width: number;
  height: number;
  lines: readonly string[];
  colour?: string;
};

/** `label` stands beside the middle of the arrow. */
export type DiagramArrow = {
  from: readonly [number, number];
  to: readonly [number, number];
  colour: string;
  width?: number;
  label?: string;
};

/** Words on their own; `align` says which of their sides is at x. */
export type DiagramText = {
  x: number;
  y: number;
  text: string;
  align?: "left" | "center" | "right";
  colour?: string;
};

/** One picture of a diagram. */
export type DiagramPanel = {
  title: string;
  width: number;
  height: number;
  boxes?: readonly DiagramBox[];
  arrows?: readonly DiagramArrow[];
  texts?: readonly DiagramText[];
};

/** Words and columns of a diagram. */
export type ArrowDiagramOptions = { title: string; subtitle?: string[]; columns?: number };

const OPTIONS = exactly({ ...TITLES, title: text, columns: COLUMNS });
const SIDE = number({ above: 0 }), POINT = list(number(), { length: 2 });
const PANELS = list(
  having({
    title: text,
    width: SIDE,
    height: SIDE,
    boxes: maybe(
      list(having({ x: number(), y: number(), width: SIDE, height: SIDE, lines: list(text) })),
    ),
    arrows: maybe(list(having({ from: POINT, to: POINT, colour: text, label: maybe(text) }))),
    texts: maybe(list(having({ x: number(), y: number(), text }))),
  }),
  { least: 1 },
);

/** Pixels between two lines of a box, and of the head of an arrow. */
const LINE = 18, HEAD = 9;

/** Panels → spec. Throws on none, and on a place that is not finite. */
export function arrowDiagram(parts: readonly DiagramPanel[], options: ArrowDiagramOptions): Spec {
  const action = "draw a diagram";
  expectForm(action, options, OPTIONS);
  expectForm(action, parts, PANELS, "give panels of the form { title, width, height, boxes }");
  const { title, subtitle, columns = 2 } = options;
  return panels(parts.map(diagramPanel), { title, subtitle, columns });
}

function diagramPanel(
  { title, width, height, boxes = [], arrows = [], texts = [] }: DiagramPanel,
): Panel {
  const axis = (field: "x" | "y") => ({
    field,
    type: "quantitative",
    scale: { domain: [0, field === "x" ? width : height], reverse: field === "y", nice: false },
    axis: null,
  });
  const x = axis("x"), y = axis("y");
  const words = [...boxes.flatMap(boxWords), ...arrows.flatMap(arrowWords), ...texts.map(placed)];
  const styles = [...new Set(words.map(styleOf))];
  return {
    title,
    width,
    height,
    layer: [
      {
        data: { values: boxes.map(corners) },
        mark: { type: "rect", cornerRadius: 6, stroke: INK, strokeWidth: 1.2 },
        encoding: { x, x2: { field: "x2" }, y, y2: { field: "y2" }, color: asIs("colour") },
      },
      {
        data: { values: arrows.map(shaft) },
        mark: { type: "rule" },
        encoding: {
          x,
          x2: { field: "x2" },
          y,
          y2: { field: "y2" },
          color: asIs("colour"),
          strokeWidth: asIs("width"),
        },
      },
      {
        data: { values: arrows.map(head) },
        mark: { type: "point", shape: "triangle-up", filled: true, size: 110, opacity: 1 },
        encoding: { x, y, color: asIs("colour"), angle: asIs("angle") },
      },
      ...styles.map((style) => ({
        data: { values: words.filter((word) => styleOf(word) === style) },
        mark: { type: "text", baseline: "middle", fontSize: 14, ...JSON.parse(style) },
        encoding: { x, y, text: { field: "text", type: "nominal" }, color: asIs("colour") },
      })),
    ],
  };
}

/** A field that is the value itself: a colour, a width, an angle. */
function asIs(field: string) {
  const type = field === "colour" ? "nominal" : "quantitative";
  return { field, type, scale: null, legend: null };
}

function corners({ x, y, width, height, colour = "#FFFFFF" }: DiagramBox) {
  return { x: x - width / 2, x2: x + width / 2, y: y - height / 2, y2: y + height / 2, colour };
}

/** The line of an arrow, up to the foot of its head. */
function shaft({ from: [x, y], to, colour, width = 2.5 }: DiagramArrow) {
  const [dx, dy] = [to[0] - x, to[1] - y], length = Math.hypot(dx, dy) || 1;
  return { x, y, x2: to[0] - HEAD * dx / length, y2: to[1] - HEAD * dy / length, colour, width };
}

/** The head's middle; `angle`: degrees clockwise from up, in which it points. */
function head({ from, to, colour }: DiagramArrow) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]], length = Math.hypot(dx, dy) || 1;
  const back = HEAD / 2 / length;
  const angle = Math.atan2(dx, -dy) * 180 / Math.PI;
  return { x: to[0] - back * dx, y: to[1] - back * dy, angle, colour };
}

type Word = Required<DiagramText> & { bold: boolean };

function boxWords({ x, y, lines }: DiagramBox): Word[] {
  return lines.map((text, i) => ({
    x,
    y: y + LINE * (i - (lines.length - 1) / 2),
    text,
    align: "center",
    colour: INK_ON_COLOUR,
    bold: i === 0,
  }));
}

/** Above an arrow that lies, to the right of one that stands. */
function arrowWords({ from, to, label, colour }: DiagramArrow): Word[] {
  if (label === undefined) return [];
  const [x, y] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const lies = Math.abs(to[0] - from[0]) > Math.abs(to[1] - from[1]);
  const at = lies
    ? { x, y: y - 13, align: "center" } as const
    : { x: x + 9, y, align: "left" } as const;
  return [{ ...at, text: label, colour, bold: false }];
}

function placed({ align = "left", colour = INK, ...text }: DiagramText): Word {
  return { ...text, align, colour, bold: false };
}

function styleOf({ align, bold }: Word): string {
  return JSON.stringify({ align, fontWeight: bold ? "bold" : "normal" });
}
