/**
 * SVG texts as trees, for what has to be changed in a drawing after vega is done with it. Reads what
 * vega writes: elements, attributes in double quotes, texts; no comments, no sections of raw data.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSvg, svgText } from "./tree.ts";
 * const svg = '<svg width="2"><g><text x="1">a &lt; b</text></g></svg>';
 * assertEquals(svgText(parseSvg(svg)), svg);
 * ```
 * @module
 */

/** An element, or a text with its entities as they are in the file. */
export type SvgNode = SvgElement | string;

/** Attributes are in the order of the file, with their entities as they are there. */
export type SvgElement = { name: string; attributes: Record<string, string>; children: SvgNode[] };

const TAG = /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;

/** The drawing's root. Throws where an element is not closed, or where there is not one root. */
export function parseSvg(text: string): SvgElement {
  const outside: SvgElement = { name: "", attributes: {}, children: [] };
  const open = [outside];
  let read = 0;
  for (
    const { 0: found, 1: closing, 2: name, 3: inner, 4: empty, 5: words, index } of text.matchAll(
      TAG,
    )
  ) {
    if (index !== read) break;
    read += found.length;
    const parent = open[open.length - 1];
    if (words !== undefined) parent.children.push(words);
    else if (closing) {
      if (parent.name !== name) {
        throw misread(`</${name}> where ${parent.name || "nothing"} is open`);
      }
      open.pop();
    } else {
      const element = { name, attributes: attributesOf(inner), children: [] };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const roots = outside.children.filter((node): node is SvgElement => typeof node !== "string");
  if (read !== text.length) throw misread(`"${text.slice(read, read + 40)}"`);
  if (open.length > 1 || roots.length !== 1) {
    throw misread(`${roots.length} roots, ${open.length - 1} left open`);
  }
  return roots[0];
}

/** The text of a tree: what parseSvg() read, where nothing was changed. */
export function svgText(node: SvgNode): string {
  if (typeof node === "string") return node;
  const { name, attributes, children } = node;
  const inner = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`).join("");
  if (children.length === 0) return `<${name}${inner}/>`;
  return `<${name}${inner}>${children.map(svgText).join("")}</${name}>`;
}

/** The elements among the children. */
export function elementsOf({ children }: SvgElement): SvgElement[] {
  return children.filter((node): node is SvgElement => typeof node !== "string");
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(ATTRIBUTE)].map(([, key, value]) => [key, value]));
}

function misread(found: string): Error {
  return new Error(
    `Cannot read an SVG: expected elements as vega draws them but found ${found}: pass the text of a figure`,
  );
}
