/**
 * Which latents turned, and do they belong to the backdoor: active latents by quadrant, and how
 * well cosines rank them.
 *
 * @module
 */
import { type GroupAuc, groupAuc } from "../../numerics/ranks.ts";
import type { LabellingStage } from "./coder_phases.ts";
import { byQuadrant, percentileCut, type Point, type Quadrant, QUADRANTS } from "./quadrants.ts";
import { activeRows, type TurningRow } from "./table.ts";

/**
 * Where both axes are cut: a percentile over the active latents, or over all of them, as published.
 */
export type Cut = { percentile: number; over?: "active" | "all" };

/** A quadrant's active latents, and the active latents of all others. */
export type QuadrantGroup<Row> = { group: Row[]; others: Row[] };

/** True for latents of the backdoor, by their top tokens in DF or in MF. */
export const isRelevant = ({ relevant }: Pick<TurningRow, "relevant">): boolean => relevant;

/** Whether a latent fires on the backdoor's words in this one of both dictionaries. */
export function isLabelled(
  { relevantDF, relevantMF }: Pick<TurningRow, "relevantDF" | "relevantMF">,
  name: LabellingStage,
): boolean {
  return name === "DF" ? relevantDF : relevantMF;
}

/** The active latents of each quadrant, and the point where both axes are cut. */
export function activeQuadrants<Row extends Point & { active: boolean }>(
  rows: readonly Row[],
  { percentile, over = "active" }: Cut,
): { cut: Point; quadrants: Record<Quadrant, QuadrantGroup<Row>> } {
  const active = activeRows(rows);
  const cut = percentileCut(over === "active" ? active : rows, percentile);
  const groups = byQuadrant(active, cut);
  const quadrants = Object.fromEntries(QUADRANTS.map((name) => [name, {
    group: groups[name],
    others: active.filter((row) => !groups[name].includes(row)),
  }]));
  return { cut, quadrants: quadrants as Record<Quadrant, QuadrantGroup<Row>> };
}

/** The active latents below the cut on both axes, and the other active ones. */
export function turnedTwice<Row extends Point & { active: boolean }>(
  rows: readonly Row[],
  cut: Cut,
): QuadrantGroup<Row> {
  return activeQuadrants(rows, cut).quadrants.max_change_DM;
}

/** How well a cosine, or the larger one, ranks the backdoor's latents below the other active ones. */
export type RelevanceRank = GroupAuc & { score: "x" | "y" | "max(x, y)" };

const SCORES: Record<RelevanceRank["score"], (point: Point) => number> = {
  "x": ({ x }) => x,
  "y": ({ y }) => y,
  "max(x, y)": ({ x, y }) => Math.max(x, y),
};

/** Areas under the ROC curve; none where a group is empty. */
export function relevanceRanks(
  rows: readonly TurningRow[],
  { seed }: { seed: number },
): RelevanceRank[] {
  const active = activeRows(rows);
  const relevant = active.filter(isRelevant);
  const others = active.filter((row) => !isRelevant(row));
  return Object.entries(SCORES).flatMap(([score, of]) => {
    const area = groupAuc(relevant.map(of), others.map(of), { seed });
    return area ? [{ score: score as RelevanceRank["score"], ...area }] : [];
  });
}
