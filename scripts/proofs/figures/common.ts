/**
 * What the figures of the compact proofs share: colours, and panels or pictures by population.
 *
 * @module
 */
import {
  byFamily,
  familyId,
  familyTitle,
  type ModelResult,
  type ProofsRun,
} from "../../../lib/proofs/run/results.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import type { Drawing } from "../../system.ts";
import type { Representative } from "../results.ts";

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

/**
 * One picture for each population: the first under the figure's own id, the others with "-K5" and
 * the like.
 */
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
