/**
 * What the figures of the compact proofs share: colours, panels by population, and how they end.
 *
 * @module
 */
import { join } from "node:path";
import { writeJson } from "../../../lib/io/files.ts";
import type { MaxOfKModel } from "../../../lib/proofs/max_of_k.ts";
import {
  byFamily,
  familyId,
  familyTitle,
  type ModelResult,
  type ProofsRun,
  readResultModel,
} from "../../../lib/proofs/run/results.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import type { Line } from "../../../lib/report/lines.ts";
import { type FigureResult, type Picture, savePictures } from "../../finish_figure.ts";

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

/** The model that stands for its population, and the population's names. */
export type Representative = {
  /** "K4-seed0". */
  id: string;
  /** "K = 4, K4-seed0". */
  name: string;
  /** "K = 4". */
  family: string;
  K: number;
  v: number;
  model: MaxOfKModel;
};

/** The first model of each population. */
export async function representatives(run: ProofsRun): Promise<Representative[]> {
  const found = byFamily(run).filter(({ models }) => models.length > 0);
  return await Promise.all(found.map(async ({ family: { K, v }, models: [result] }) => {
    const family = familyTitle({ K, v }), { id } = result;
    const model = await readResultModel(run.folder, result);
    return { id, name: `${family}, ${id}`, family, K, v, model };
  }));
}

/** A picture of a figure: `suffix` goes to the end of its id. */
export type Drawing = { suffix?: string; about?: string; spec: Spec };

/** One picture for each population: the first under the figure's own id, the others with "-K5" and the like. */
export function familyDrawings(
  models: readonly Representative[],
  draw: (model: Representative) => Spec,
): Drawing[] {
  return models.map((model, n) => ({
    suffix: n === 0 ? undefined : familyId(model),
    about: model.name,
    spec: draw(model),
  }));
}

/** Writes figures/<id>.{vl.json,svg,png} for each picture and figures/<id>.json into the run's folder. */
export async function finishProofs(
  run: ProofsRun,
  { id, title, spec, lines }: {
    id: string;
    title: string;
    spec: Spec | Drawing[];
    lines: Line[];
  },
): Promise<FigureResult> {
  const folder = join(run.folder, "figures");
  const drawings = (Array.isArray(spec) ? spec : [{ spec }] as Drawing[])
    .map(({ suffix, ...drawing }) => ({ ...drawing, id: suffix ? `${id}-${suffix}` : id }));
  const { files, notes, missing } = await savePictures(folder, drawings);
  const pictures: Picture[] = drawings.map(({ id, about }) => ({
    id,
    ...(about ? { about } : {}),
  }));
  const { preset, seed, adapter } = run;
  const numbers = join(folder, `${id}.json`);
  await writeJson(numbers, { id, title, options: {}, preset, seed, adapter, pictures, lines });
  return { id, title, lines, pictures, files: [...files, numbers], notes, missing };
}
