/**
 * Which characters of a picture can our fonts not draw? They show as boxes, and that is said.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { glyphCoverage } from "./text_width.ts";

/** More characters than this are counted, not listed. */
const LISTED = 10;

let reading: Promise<((code: number) => boolean)[]> | undefined;

/**
 * A sentence on the characters of an SVG's texts that a font of `fontPaths` lacks; undefined where
 * none does.
 */
export async function missingGlyphs(
  svg: string,
  fontPaths: readonly string[],
): Promise<string | undefined> {
  const texts = drawnText(svg);
  if (!/[^\0-\x7f]/.test(texts)) return undefined;
  reading ??= Promise.all(fontPaths.map(async (path) => glyphCoverage(await readFile(path))));
  const fonts = await reading;
  const missing = [...new Set(texts)].filter((character) =>
    !/\s/.test(character) && !fonts.every((draws) => draws(character.codePointAt(0)!))
  );
  if (missing.length === 0) return undefined;
  const [what, show] = missing.length === 1
    ? ["1 character has", "it shows as a box"]
    : [`${missing.length} characters have`, "they show as boxes"];
  const more = missing.length > LISTED ? " ..." : "";
  return `${what} no glyph in DejaVu Sans: ${missing.slice(0, LISTED).join(" ")}${more}; ${show}`;
}

/**
 * What stands in the <text> elements, one after the other; labels for readers by ear are not drawn.
 */
function drawnText(svg: string): string {
  const texts = [...svg.matchAll(/<text\b[^>]*>([\s\S]*?)<\/text>/g)].map(([, inner]) => inner);
  return texts.join("").replace(/<[^>]*>/g, "")
    .replace(
      /&#(?:x([\da-f]+)|(\d+));/gi,
      (_, hex, decimal) => String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)),
    );
}
