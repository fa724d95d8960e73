/**
 * A figure on disk, in the formats that are asked for, side by side.
 *
 * @module
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { jsonText, writeWhole } from "../io/files.ts";
import { callback, exactly, expectForm, flag, list, maybe, number, oneOf } from "../io/form.ts";
import { darkSpec } from "./dark.ts";
import { interactivePage } from "./interactive.ts";
import { renderPdf } from "./pdf.ts";
import { type PngOptions, pngOrReason, renderSvg } from "./render.ts";
import type { Spec } from "./theme.ts";

/** Endings of a figure's files: the spec, pictures, and a page that answers to the pointer. */
export const FORMATS = ["vl.json", "svg", "png", "pdf", "html"] as const;

/** The ending of one of them. */
export type Format = typeof FORMATS[number];

/** What is written of a figure, and who is told what it lacks. */
export type SaveOptions = Pick<PngOptions, "onNote"> & {
  /** By default the spec, SVG and PNG. */
  formats?: readonly Format[];
  /** Pixels of the whole picture; by default those of the spec, and twice as many in the PNG. */
  width?: number;
  /** Light on dark. */
  dark?: boolean;
  /** Hears why there is no PNG, where there can be none; by default a line on stderr. */
  onMissing?: (reason: string) => void;
};

const OPTIONS = exactly({
  formats: maybe(list(oneOf([...FORMATS]), { least: 1 })),
  width: maybe(number({ least: 16, most: 20_000 })),
  dark: maybe(flag),
  onMissing: maybe(callback),
  onNote: maybe(callback),
});

/**
 * Writes `<folder>/<id>.<format>`, each whole or not at all, and returns the paths of what it wrote.
 * Everything is drawn before the first file is touched: a spec that cannot be drawn changes nothing.
 * Without the permissions that a PNG needs there is none, not even that of an earlier figure, and
 * `onMissing` hears why. `onNote` is told which characters the font lacks.
 */
export async function saveFigure(
  folder: string,
  id: string,
  spec: Spec,
  options: SaveOptions = {},
): Promise<string[]> {
  const { onMissing = console.error, onNote, formats = ["vl.json", "svg", "png"], width, dark } =
    expectForm("save a figure", options, OPTIONS);
  const shown = dark ? darkSpec(spec) : spec;
  const drawn = await renderSvg(shown);
  const svg = width === undefined ? drawn : widened(drawn, width);
  const make: Record<Format, () => Promise<Uint8Array | string | undefined>> = {
    "vl.json": () => Promise.resolve(jsonText(shown)),
    svg: () => Promise.resolve(svg),
    png: async () => {
      const scale = width === undefined ? undefined : 1;
      const { png, reason } = await pngOrReason(svg, { onNote, ...(scale && { scale }) });
      if (reason !== undefined) onMissing(reason);
      return png;
    },
    pdf: () => renderPdf(svg),
    html: () => interactivePage(shown, { title: id, width, dark }),
  };
  const made: [string, Uint8Array | string | undefined][] = [];
  for (const format of formats) made.push([join(folder, `${id}.${format}`), await make[format]()]);
  for (const [path, content] of made) {
    if (content === undefined) await rm(path, { force: true }); // it would show another figure
    else await writeWhole(path, content);
  }
  return made.flatMap(([path, content]) => content === undefined ? [] : [path]);
}

/** The SVG with another size and the same view. */
function widened(svg: string, width: number): string {
  return svg.replace(
    /^(<svg[^>]*) width="([\d.]+)" height="([\d.]+)"/,
    (_, head, own, height) =>
      `${head} width="${width}" height="${Number((width * height / own).toFixed(2))}"`,
  );
}
