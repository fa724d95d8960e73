/**
 * stagewise-sections (S6) and stagewise-swapped (S7, S8): do the first steps, S to D and S to M, tell
 * the same latents apart as the second ones?
 *
 *   deno task figures stagewise-sections                    reads what replicate left
 *   deno task figures stagewise-swapped --percentile 10     cuts further out
 *
 * After Anthropic's figures A9 to A12: the scatter is cut into four sections with a colour each, which
 * the latents keep when y becomes cos(S, D), and when x becomes cos(S, M).
 *
 * @module
 */
import {
  percentileCut,
  type Point,
  type Quadrant,
  quadrantOf,
  QUADRANTS,
} from "../../../lib/diff/stages/quadrants.ts";
import { activeRows, type LatentRow } from "../../../lib/diff/stages/table.ts";
import { type Group, groupScatter } from "../../../lib/plot/group_scatter.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import type { Figure } from "../../system.ts";
import { lowestCosines } from "../conditions.ts";
import { type SwapName, swappedLines, SWAPS, swapSentences } from "../lines/swapped.ts";
import { quadrantLines } from "../lines/rotation.ts";
import type { StagewiseResults } from "../results.ts";
import { PERCENTILE } from "./percentile.ts";

/** The colours as published: orange for both, red and green for one, blue for neither. */
const SECTIONS: Record<Quadrant, Group> = {
  min_change_DM: { name: "neither below its rule", colour: "#4A7FB5" },
  max_change_D: { name: "only x = cos(D, DF) below", colour: "#C1292E" },
  max_change_M: { name: "only y = cos(M, MF) below", colour: "#2A9D55" },
  max_change_DM: { name: "both below", colour: "#F08A24" },
};

const GROUPS = [...QUADRANTS].reverse().map((quadrant) => SECTIONS[quadrant]);

/** Draws the four sections of a run. */
export const sections: Figure<StagewiseResults, "percentile"> = {
  id: "stagewise-sections",
  title: "Four sections of the rotation scatter",
  caption: "The rotation scatter with a colour for each section, kept where an axis is swapped.",
  options: { percentile: PERCENTILE },
  draw(run, { percentile }) {
    const axes = { x: "x", y: "y", xTitle: "D -> DF cosine", yTitle: "M -> MF cosine" } as const;
    const spec = drawSections(run, { percentile, ...axes }, {
      title: sections.title,
      subtitle: [
        `Cut at percentile ${percentile} of the active latents on both axes. The swapped axes below ` +
        "keep these colours.",
      ],
    });
    const cut = { percentile, over: "active", seed: run.measures.seed } as const;
    return { spec, lines: quadrantLines(run.rows, cut) };
  },
};

/** Draws both swapped axes of a run. */
export const swapped: Figure<StagewiseResults, "percentile"> = {
  id: "stagewise-swapped",
  file: "sections.ts",
  title: "The first transition in place of the second",
  caption:
    "The sections' colours on other axes: where one of the second transitions is replaced by a " +
    "first one.",
  options: { percentile: PERCENTILE },
  draw(run, { percentile }) {
    const spec = (Object.keys(SWAPS) as SwapName[]).map((name, i) => {
      const { suffix, about, ...axes } = SWAPS[name];
      return {
        ...(i > 0 && { suffix }),
        about,
        spec: drawSections(run, { percentile, ...axes }, {
          title: axes.title,
          subtitle: swapSentences(run, name, percentile),
        }),
      };
    });
    return { spec, lines: swappedLines(run, percentile) };
  },
};

type Axes = { x: keyof LatentRow & ("x" | "sm"); y: keyof LatentRow & ("y" | "sd") };

function drawSections(
  run: StagewiseResults,
  { percentile, x, y, xTitle, yTitle }: Axes & {
    xTitle: string;
    yTitle: string;
    percentile: number;
  },
  { title, subtitle }: { title: string; subtitle: string[] },
): Spec {
  const active = activeRows(run.rows), cut = percentileCut(active, percentile);
  const shown: Point[] = active.map((row) => ({ x: row[x], y: row[y] }));
  const { x: lowX, y: lowY } = lowestCosines(run);
  return groupScatter(
    active.map((row, i) => ({
      id: row.latent,
      ...shown[i],
      group: SECTIONS[quadrantOf(row, cut)].name,
    })),
    {
      title,
      subtitle,
      groups: GROUPS,
      xTitle,
      yTitle,
      rules: percentileCut(shown, percentile),
      lowest: Math.min(lowX, lowY),
    },
  );
}
