/**
 * A figure on disk: its spec, SVG and PNG side by side.
 *
 * @module
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeJson, writeWhole } from "../io/files.ts";
import { callback, exactly, expectForm, maybe } from "../io/form.ts";
import { type PngOptions, pngOrReason, renderSvg } from "./render.ts";
import type { Spec } from "./theme.ts";

/** Who is told what a saved figure lacks. */
export type SaveOptions = Pick<PngOptions, "onNote"> & {
  /** Hears why there is no PNG, where there can be none; by default a line on stderr. */
  onMissing?: (reason: string) => void;
};

const OPTIONS = exactly({ onMissing: maybe(callback), onNote: maybe(callback) });

/**
 * Writes `<folder>/<id>.vl.json`, `.svg` and `.png`, each whole or not at all, and returns the
 * paths of what it wrote. Everything is drawn before the first file is touched: a spec that cannot
 * be drawn changes nothing. Without the permissions that a PNG needs there is none, not even that
 * of an earlier figure, and `onMissing` hears why. `onNote` is told which characters the font
 * lacks.
 */
export async function saveFigure(
  folder: string,
  id: string,
  spec: Spec,
  options: SaveOptions = {},
): Promise<string[]> {
  const { onMissing = console.error, onNote } = expectForm("save a figure", options, OPTIONS);
  const svg = await renderSvg(spec);
  const { png, reason } = await pngOrReason(svg, { onNote });
  const path = (extension: string) => join(folder, `${id}.${extension}`);
  await writeJson(path("vl.json"), spec);
  await writeWhole(path("svg"), svg);
  if (png === undefined) {
    await rm(path("png"), { force: true }); // it would show another figure
    onMissing(reason);
    return [path("vl.json"), path("svg")];
  }
  await writeWhole(path("png"), png);
  return [path("vl.json"), path("svg"), path("png")];
}
