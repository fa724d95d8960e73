/** Straight lines that are drawn alike, as one path. @module */
import { moveOf } from "./moves.ts";
import type { SvgElement, SvgNode } from "./tree.ts";

/** Lines of one opaque stroke that follow one another are one path. */
export function mergeLines(children: readonly SvgNode[]): SvgNode[] {
  const merged: SvgNode[] = [];
  let last: { path: SvgElement; stroke: string } | undefined;
  for (const child of children) {
    const line = typeof child === "string" ? undefined : linePath(child);
    if (line === undefined) {
      merged.push(child);
      last = undefined;
      continue;
    }
    const { d, ...look } = line.attributes, stroke = JSON.stringify(look);
    if (last?.stroke === stroke) last.path.attributes.d += d;
    else merged.push((last = { path: line, stroke }).path);
  }
  return merged;
}

function linePath(line: SvgElement): SvgElement | undefined {
  const { x2, y2, transform, ...look } = line.attributes;
  const move = transform === undefined ? [0, 0] : moveOf(line);
  if (line.name !== "line" || move === undefined || line.children.length > 0) return undefined;
  if ("opacity" in look || "stroke-opacity" in look || x2 === undefined || y2 === undefined) {
    return undefined;
  }
  const to = y2 === "0" ? `h${x2}` : x2 === "0" ? `v${y2}` : `l${x2},${y2}`;
  return { name: "path", attributes: { d: `M${move}${to}`, ...look }, children: [] };
}
