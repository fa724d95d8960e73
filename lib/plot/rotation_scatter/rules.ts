/** Where the rules of a rotation scatter stand: two lines across it, or a box in its corner. @module */
import { FAINT, INK } from "../theme.ts";
import type { Thresholds } from "./point.ts";

/** Two dashed rules, each with its label on the side that is usually empty. */
export function ruleLayers(thresholds: Thresholds, what: string): Record<string, unknown>[] {
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
export function boxLayers({ x, y }: Thresholds, [left, bottom]: [number, number]) {
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
