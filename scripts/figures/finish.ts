/**
 * What every figure ends with: its files, and its numbers beside the paper's.
 *
 * @module
 */
import { join } from "node:path";
import type { Run } from "../../lib/diff/run.ts";
import { writeJson } from "../../lib/io/files.ts";
import { saveFigure } from "../../lib/plot/save.ts";
import type { Spec } from "../../lib/plot/theme.ts";
import type { Line } from "../report/lines.ts";

/** Options that a figure may use. */
export type FigureOptions = {
  /** Where the cuts stand on both axes of the rotation scatter, in percent of the active latents. */
  percentile?: number;
};

/** `files`: spec, SVG, PNG, and the numbers with the options that they were made with. */
export type FigureResult = { id: string; title: string; lines: Line[]; files: string[] };

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
  const files = await saveFigure(folder, id, spec);
  const { preset, seed, corpus, adapter } = run.measures;
  const numbers = join(folder, `${id}.json`);
  await writeJson(numbers, { id, title, options, preset, seed, corpus, adapter, lines });
  return { id, title, lines, files: [...files, numbers] };
}
