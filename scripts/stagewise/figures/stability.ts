/**
 * stagewise-stability: are the latents that turned those that depend on the seed of S?
 *
 *   deno task figures stagewise-stability                   reads what replicate left
 *   deno task figures stagewise-stability --percentile 10   cuts further out
 *
 * One point an active latent: how well it comes again in the further S (mean of its best decoder
 * cosine, sites in the unit of training) against max(x, y). Triangles are relevant. Dashed: the medians
 * of stability, of the latents that turned twice and of the others.
 *
 * @module
 */
import { median, quantile } from "../../../lib/numerics/statistics.ts";
import type { Quadrant } from "../../../lib/diff/stages/quadrants.ts";
import { activeQuadrants } from "../../../lib/diff/stages/turned.ts";
import { type BoundCurve, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import { COLOURS } from "../../../lib/plot/theme.ts";
import { smallest } from "../../../lib/numerics/numbers.ts";
import type { Drawn, Figure } from "../../system.ts";
import { QUADRANT_WORDS } from "../lines/rotation.ts";
import { stabilityLines } from "../lines/stability.ts";
import { type StableRow, stableRows } from "../stability.ts";
import type { StagewiseResults } from "../results.ts";
import { PERCENTILE } from "./percentile.ts";

const QUADRANT_COLOURS: Record<Quadrant, string> = {
  min_change_DM: COLOURS.normal,
  max_change_D: COLOURS.bottomX,
  max_change_M: COLOURS.bottomY,
  max_change_DM: COLOURS.bottomBoth,
};

/** Draws stability against rotation. */
export const stability: Figure<StagewiseResults, "percentile"> = {
  id: "stagewise-stability",
  title: "Seed stability of latents, and how far they turned",
  caption:
    "How well a latent of S comes again from other seeds, against the larger of its cosines.",
  numbers: "Seed stability",
  options: { percentile: PERCENTILE },
  draw(run, { percentile }): Drawn {
    const rows = stableRows(run);
    return {
      spec: rows.length > 0 ? stabilitySpec(rows, percentile) : [],
      lines: stabilityLines(run),
    };
  },
};

function stabilitySpec(rows: readonly StableRow[], percentile: number) {
  const { quadrants } = activeQuadrants(rows, { percentile });
  const names = Object.keys(QUADRANT_COLOURS) as Quadrant[];
  const points = names.flatMap((quadrant) =>
    quadrants[quadrant].group.map((row) => ({
      x: row.stability,
      y: Math.max(row.x, row.y),
      series: seriesOf(quadrant, row),
      label: `#${row.latent}`,
    }))
  );
  const [low, high] = [smallest(points.map(({ y }) => y)), 1];
  const rule = (label: string, group: readonly StableRow[]): BoundCurve[] => {
    if (group.length === 0) return [];
    const x = median(group.map(({ stability }) => stability));
    return [{ label, at: [{ x, y: high }, { x, y: low }] }];
  };
  const { group, others } = quadrants.max_change_DM;
  const middle = (group: readonly StableRow[]) =>
    group.length > 0 ? quantile(group.map(({ stability }) => stability), 0.5).toFixed(2) : "none";
  const ways = [false, true];
  return boundScatter([{
    title: `${rows.length} active latents, cut at p = ${percentile}`,
    points,
    curves: [...rule("twice", group), ...rule("others", others)],
  }], {
    title: stability.title,
    subtitle: [
      `Median stability of the ${group.length} that turned twice ${middle(group)}, of the ` +
      `${others.length} others ${middle(others)}.`,
      "Were the bottom left made of what depends on the seed, its points would lie to the left.",
    ],
    xTitle: "stability: best cosine with a latent of another S, mean",
    yTitle: "max(x, y)",
    colours: Object.fromEntries(
      names.flatMap((quadrant) =>
        ways.map((relevant) => [seriesOf(quadrant, { relevant }), QUADRANT_COLOURS[quadrant]])
      ),
    ),
    shapes: Object.fromEntries(
      names.map((quadrant) => [seriesOf(quadrant, { relevant: true }), "triangle-up"]),
    ),
    columns: 1,
    width: 620,
    height: 480,
  });
}

function seriesOf(quadrant: Quadrant, { relevant }: Pick<StableRow, "relevant">): string {
  return `${QUADRANT_WORDS[quadrant]}${relevant ? ", relevant" : ""}`;
}
