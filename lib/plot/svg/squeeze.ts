/**
 * A drawing of vega's for a page that holds many: a seventh of the bytes for the same picture. What
 * only a program reads is left out, numbers have two decimals and outlines one, a shape that is drawn
 * often is there once, lines of one stroke are one path. The labels of points and bars become titles,
 * which browsers show on hover.
 *
 * @module
 */
import { hoverWords, type Told } from "./hover.ts";
import { mergeLines } from "./lines.ts";
import { moveOf } from "./moves.ts";
import { shortenPaths } from "./paths.ts";
import { shareShapes } from "./shapes.ts";
import { elementsOf, parseSvg, type SvgElement, type SvgNode, svgText } from "./tree.ts";

export type SqueezeOptions = {
  /** Begins the names of the drawing's parts, which no two drawings of a page may share. */
  prefix: string;
  /** What the page's drawings before said on hover; this one's are added. */
  told?: Told;
};

/** The text of the smaller drawing, for HTML whose style keeps the edges of pictures' pixels. Throws on a text that vega did not draw. */
export function squeezeSvg(svg: string, { prefix, told = new Set() }: SqueezeOptions): string {
  const root = parseSvg(svg);
  const { width, height, viewBox } = root.attributes;
  const squeezed = squeeze(root, { prefix, wordsOf: hoverWords(root, told) }) as SvgElement;
  const { xmlns: _, ...attributes } = squeezed.attributes;
  squeezed.attributes = { ...attributes, width, height, viewBox };
  hoistFont(squeezed);
  shareShapes(squeezed, prefix);
  shortenPaths(squeezed);
  return svgText(squeezed);
}

const NEVER_SEEN = /^(aria-.*|role|class|pointer-events|version|xmlns:xlink|stroke-miterlimit)$/;
const DEFAULTS: Record<string, string> = {
  opacity: "1",
  "stroke-width": "1",
  "font-weight": "normal",
};
const NUMBERS =
  /^(d|transform|x|y|x1|y1|x2|y2|dx|dy|width|height|r|cx|cy|points|font-size|stroke-width)$/;

type Settings = { prefix: string; wordsOf: (mark: SvgElement) => string | undefined };

function squeeze(node: SvgNode, settings: Settings): SvgNode | undefined {
  if (typeof node === "string") return node;
  if (isInvisible(node)) return undefined;
  const attributes = squeezeAttributes(node.attributes, settings.prefix);
  const children = node.children.map((child) => squeeze(child, settings))
    .filter((child): child is SvgNode => child !== undefined)
    .flatMap((child) => isBare(child) ? child.children : [child]);
  const words = settings.wordsOf(node);
  const title = words === undefined ? [] : [{ name: "title", attributes: {}, children: [words] }];
  if (node.name === "g" && children.length === 0) return undefined;
  const element = { name: node.name, attributes, children: [...title, ...mergeLines(children)] };
  return node.name === "text" ? placed(element) : joinMoves(element);
}

function isInvisible({ name, attributes }: SvgElement): boolean {
  if (name === "style" || attributes.display === "none" || (name === "path" && !attributes.d)) {
    return true;
  }
  const { class: role = "", fill, stroke } = attributes;
  return role === "background" && fill === undefined && stroke === undefined;
}

function squeezeAttributes(attributes: Record<string, string>, prefix: string) {
  const kept = Object.entries(attributes)
    .filter(([key, value]) => !NEVER_SEEN.test(key) && DEFAULTS[key] !== value)
    .map(([key, value]): [string, string] => {
      if (key === "id") return [key, prefix + value];
      if (key === "href") return [key, value.replace(/^#/, `#${prefix}`)];
      if (NUMBERS.test(key)) return [key, rounded(value)];
      if (key === "offset") return [key, String(Number(Number(value).toFixed(4)))];
      return [key, hexColour(value.replace("url(#", `url(#${prefix}`))];
    }).filter(([key, value]) => key !== "transform" || value !== "translate(0,0)");
  const { "stroke-width": width, ...others } = Object.fromEntries(kept);
  return width === undefined || (width === "0" && others.stroke === undefined)
    ? others
    : { ...others, "stroke-width": width };
}

/** Two decimals are below what any screen shows; a size in pixels needs no unit. */
function rounded(text: string): string {
  return text
    .replace(/-?\d*\.?\d+(?:e[+-]?\d+)?/g, (n) => String(Number(Number(n).toFixed(2)) || 0))
    .replace(/px$/, "");
}

function hexColour(value: string): string {
  return value.replace(
    /^rgb\((\d+), ?(\d+), ?(\d+)\)$/,
    (_, ...parts) => "#" + Uint8Array.from(parts.slice(0, 3), Number).toHex(),
  );
}

/** A group that does nothing to what is in it. */
function isBare(node: SvgNode): node is SvgElement {
  return typeof node !== "string" && node.name === "g" && Object.keys(node.attributes).length === 0;
}

/** A group moved inside a moved group is moved once. */
function joinMoves(element: SvgElement): SvgElement {
  const [only] = element.children;
  if (element.name !== "g" || element.children.length !== 1 || typeof only === "string") {
    return element;
  }
  const outer = moveOf(element), inner = moveOf(only);
  const names = Object.keys(element.attributes);
  if (only.name !== "g" || outer === undefined || inner === undefined || names.length !== 1) {
    return element;
  }
  const sums = outer.map((value, i) => rounded(String(value + inner[i])));
  return { ...only, attributes: { ...only.attributes, transform: `translate(${sums})` } };
}

/** A text at a place, in place of one that is moved there; one of several lines is as it was. */
function placed(text: SvgElement): SvgElement {
  const move = moveOf(text);
  if (move === undefined || elementsOf(text).some(({ name }) => name !== "title")) return text;
  const { transform: _, x = "0", y = "0", ...attributes } = text.attributes;
  const [left, top] = [Number(x) + move[0], Number(y) + move[1]].map((n) => rounded(String(n)));
  return { ...text, attributes: { x: left, y: top, ...attributes } };
}

/** The font that all texts have is the drawing's. */
function hoistFont(root: SvgElement): void {
  const texts = allOf(root).filter(({ attributes }) => "font-family" in attributes);
  if (texts.length === 0) return;
  const font = texts[0].attributes["font-family"];
  for (const { attributes } of texts) {
    if (attributes["font-family"] === font) delete attributes["font-family"];
  }
  root.attributes["font-family"] = font;
}

function allOf(element: SvgElement): SvgElement[] {
  return [element, ...elementsOf(element).flatMap(allOf)];
}
