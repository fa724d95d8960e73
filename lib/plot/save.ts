/**
 * A figure on disk: its spec, SVG and PNG side by side.
 *
 * @module
 */
import { join } from "node:path";
import { writeJson, writeWhole } from "../io/files.ts";
import { type RenderOptions, renderPng, renderSvg } from "./render.ts";
import type { Spec } from "./theme.ts";

/**
 * Writes `<folder>/<id>.vl.json`, `.svg` and `.png`, each whole or not at all, and returns the paths.
 * Everything is drawn before the first file is touched: a spec that cannot be drawn changes nothing. `onNote` is told
 * which characters the font lacks.
 */
export async function saveFigure(
  folder: string,
  id: string,
  spec: Spec,
  { onNote }: Pick<RenderOptions, "onNote"> = {},
): Promise<string[]> {
  const svg = await renderSvg(spec);
  const png = await renderPng(svg, { onNote });
  const path = (extension: string) => join(folder, `${id}.${extension}`);
  await writeJson(path("vl.json"), spec);
  await writeWhole(path("svg"), svg);
  await writeWhole(path("png"), png);
  return [path("vl.json"), path("svg"), path("png")];
}
