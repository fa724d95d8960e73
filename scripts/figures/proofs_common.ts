/**
 * What the figures of the compact proofs share: colours, panels by population, and how they end.
 *
 * @module
 */
import { join } from "node:path";
import { writeJson } from "../../lib/io/files.ts";
import {
  byFamily,
  familyTitle,
  type ModelResult,
  type ProofsRun,
} from "../../lib/proofs/run/results.ts";
import { saveFigure } from "../../lib/plot/save.ts";
import type { Spec } from "../../lib/plot/theme.ts";
import type { Line } from "../report/lines.ts";
import type { FigureResult } from "./finish.ts";

/** The published groups. */
export const GROUP_COLOURS: Record<string, string> = {
  "brute-force": "#22252B",
  "cubic": "#D55E00",
  "subcubic": "#0072B2",
  "attention-vd^2": "#56B4E9",
  "direct-quadratic": "#009E73",
  "attention-vd^2, direct-quadratic": "#7FBF3F",
  "attention-quadratic": "#CC79A7",
  "attention-quadratic, direct-quadratic": "#7A5C00",
};

/** Published, repaired and new proofs. */
export const KIND_COLOURS: Record<string, string> = {
  "brute-force": "#22252B",
  "cubic": "#D55E00",
  "published, unsound": "#9AA0A8",
  "sound": "#0072B2",
  "N6": "#56B4E9",
  "N1": "#CC79A7",
  "N1n": "#E3A8C7",
  "N2": "#7A5C00",
  "N3": "#B0A040",
  "N3n": "#D8C878",
  "N4": "#009E73",
  "N4-partition": "#00704F",
  "N5": "#B3341C",
  "N5, approximate": "#E69F00",
};

/** Nine ways to bound the attention error. */
export const HANDLING_COLOURS: Record<string, string> = {
  "svd": "#22252B",
  "max_diff_exact": "#0072B2",
  "max_diff": "#56B4E9",
  "mean+max_diff": "#009E73",
  "max_diff_subproduct": "#7FBF3F",
  "mean+max_diff_subproduct": "#E69F00",
  "max_diff_subproduct_recursive": "#D55E00",
  "mean+max_diff_subproduct_recursive": "#CC79A7",
  "mean_recursive+max_diff_subproduct_recursive": "#7A5C00",
};

/** One panel for each population that has models. */
export function familyPanels<T>(
  run: ProofsRun,
  panel: (models: ModelResult[], title: string) => T | undefined,
): T[] {
  return byFamily(run).flatMap(({ family, models }) => {
    if (models.length === 0) return [];
    const count = `${models.length} model${models.length > 1 ? "s" : ""}`;
    const made = panel(models, `${familyTitle(family)} (${count})`);
    return made === undefined ? [] : [made];
  });
}

/** Writes figures/<id>.{vl.json,svg,png} and figures/<id>.json into the run's folder. */
export async function finishProofs(
  run: ProofsRun,
  { id, title, spec, lines }: { id: string; title: string; spec: Spec; lines: Line[] },
): Promise<FigureResult> {
  const folder = join(run.folder, "figures");
  const files = await saveFigure(folder, id, spec);
  const { preset, seed, adapter } = run;
  const numbers = join(folder, `${id}.json`);
  await writeJson(numbers, { id, title, options: {}, preset, seed, adapter, lines });
  return { id, title, lines, files: [...files, numbers] };
}
