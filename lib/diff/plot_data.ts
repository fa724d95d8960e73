/**
 * The rows of a diff as the plain data that plots take.
 *
 *   rotationScatter(rotationPoints(run, rows), { percentile: 5 })
 *   quadrantBars(quadrantCounts(rows, cut))
 *
 * @module
 */
import { contextText, latentContexts } from "./stored/contexts.ts";
import { byQuadrant, type Point, type Quadrant, QUADRANTS } from "./stages/quadrants.ts";
import type { StagewiseResults } from "./stored/results.ts";
import type { LatentRow, TurningRow } from "./stages/table.ts";

/** One point a latent; `tokens`: for each stage three contexts, two tokens before and one after. */
export type LatentPoint = Pick<LatentRow, "latent" | "x" | "y" | "active" | "relevant"> & {
  tokens: Record<string, string>;
};

/** The points of the rotation scatter, dead latents included: the plot leaves them out. */
export function rotationPoints(run: StagewiseResults, rows: readonly LatentRow[]): LatentPoint[] {
  return rows.map(({ latent, x, y, active, relevant }) => {
    const contexts = latentContexts(run, latent, { n: 3, before: 2, after: 1 });
    const tokens = Object.fromEntries(
      Object.entries(contexts).map(([stage, list]) => [stage, list.map(contextText).join("  ·  ")]),
    );
    return { latent, x, y, active, relevant, tokens };
  });
}

/** How many latents of each kind a quadrant holds. */
export function quadrantCounts(
  rows: readonly TurningRow[],
  cut: Point,
): { quadrant: Quadrant; counts: Record<string, number> }[] {
  const groups = byQuadrant(rows, cut);
  return QUADRANTS.map((quadrant) => ({ quadrant, counts: countKinds(groups[quadrant]) }));
}

/** How many rows are of each kind. */
export function countKinds(rows: readonly TurningRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of rows) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
