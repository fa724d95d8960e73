/** The outlines of a drawing in fewer digits. @module */
import svgpath from "npm:svgpath@2.6.0";
import { elementsOf, type SvgElement } from "./tree.ts";

/**
 * Changes the drawing: each path says how far it goes from point to point, to a tenth of a pixel
 * from where it was. Shapes that are drawn by name keep their digits: they are small, and there once.
 */
export function shortenPaths(element: SvgElement): void {
  if (element.name === "defs") return;
  const { d } = element.attributes;
  if (element.name === "path" && d !== undefined) element.attributes.d = shortest(d);
  for (const child of elementsOf(element)) shortenPaths(child);
}

function shortest(d: string): string {
  const rounded = svgpath(d).rel().round(1).toString().replace(/(?<![\d.])0(?=\.\d)/g, "");
  return rounded.length < d.length ? rounded : d;
}
