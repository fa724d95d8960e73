/**
 * What every figure ends with: its files, and its numbers beside the paper's.
 *
 * @module
 */
import { join } from "node:path";
import type { Run } from "../lib/diff/run.ts";
import { writeJson } from "../lib/io/files.ts";
import { saveFigure } from "../lib/plot/save.ts";
import type { Spec } from "../lib/plot/theme.ts";
import type { Line } from "../lib/report/lines.ts";

/** Options that a figure may use. */
export type FigureOptions = {
  /** Where the cuts stand on both axes of the rotation scatter, in percent of the active latents. */
  percentile?: number;
};

/** One drawing of a figure. `about`: what it shows of the run, where the figure has several. */
export type Picture = { id: string; about?: string };

/**
 * `files`: each picture's spec, SVG and PNG, and the numbers with the options that they were made with. `notes`: what is
 * to be said of the pictures. `missing`: why there is no PNG. `error`: why the figure could not be drawn; there is nothing
 * else of it then.
 */
export type FigureResult = {
  id: string;
  title: string;
  lines: Line[];
  /** In the order of reading; the first has the figure's own id. */
  pictures: Picture[];
  files: string[];
  notes?: string[];
  missing?: string;
  error?: string;
};

/** Draws the figure of a run's folder. */
export type Figure = (folder: string, options?: FigureOptions) => Promise<FigureResult>;

/** Writes figures/<id>.{vl.json,svg,png} and figures/<id>.json into the run's folder. */
export async function finishFigure(
  run: Run,
  { id, title, spec, lines, options }: {
    id: string;
    title: string;
    spec: Spec;
    lines: Line[];
    options: FigureOptions;
  },
): Promise<FigureResult> {
  const folder = join(run.folder, "figures");
  const pictures = [{ id }];
  const { files, missing, notes } = await savePictures(folder, [{ id, spec }]);
  const { preset, seed, corpus, adapter } = run.measures;
  const numbers = join(folder, `${id}.json`);
  await writeJson(numbers, { id, title, options, preset, seed, corpus, adapter, pictures, lines });
  return { id, title, lines, pictures, files: [...files, numbers], notes, missing };
}

/**
 * Writes <id>.{vl.json,svg,png} of each picture. `notes`: what the font lacks. `missing`: why there is no PNG, without the
 * permissions for one.
 */
export async function savePictures(
  folder: string,
  pictures: readonly { id: string; spec: Spec }[],
): Promise<{ files: string[]; notes: string[]; missing?: string }> {
  let missing: string | undefined;
  const onMissing = (reason: string) => missing = reason;
  const files: string[] = [], notes: string[] = [];
  const onNote = (note: string) => notes.push(note);
  for (const { id, spec } of pictures) {
    files.push(...await saveFigure(folder, id, spec, { onMissing, onNote }));
  }
  return { files, notes, missing };
}

/** One line for each reason why figures have no PNG. */
export function missingPictures(figures: readonly FigureResult[]): string[] {
  return [...new Set(figures.flatMap(({ missing }) => missing === undefined ? [] : [missing]))];
}
