/**
 * proofs-interval (P15): between which two numbers does a model's accuracy certainly lie?
 *
 *   deno task figures proofs-interval
 *
 * Both ends of theorem N4, beside the enumerated accuracy or a Monte-Carlo estimate with two
 * standard errors.
 *
 * @module
 */
import { largest } from "../../../lib/numerics/numbers.ts";
import { leastUpper } from "../../../lib/proofs/run/groups.ts";
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import type { ModelResult } from "../../../lib/proofs/run/results.ts";
import { accuracyLines, samplingLines } from "../lines/bounds.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { familyPanels } from "./common.ts";

const TITLE = "Certified intervals of the error rate";
const SERIES = ["certified, N4", "enumerated or Monte Carlo", "importance sampling"];

/** More models than this a population would be too small to read. */
const SHOWN = 16;

/** No error has no logarithm. */
const LEAST = 1e-6;

/** Draws the intervals of a run. */
export const interval: Figure<ProofsResults> = {
  id: "proofs-interval",
  title: TITLE,
  caption: "Certified intervals of the error rate beside estimates.",
  draw(run) {
    const parts = familyPanels(run, (models, title) => ({
      title,
      dots: models.slice(0, SHOWN).flatMap(dotsOf),
    }));
    const spec = intervalDots(parts, {
      title: TITLE,
      subtitle: [
        "Share of wrong sequences of each model, on a logarithmic axis. Blue lines are proved from both sides; dot: their middle.",
        "Estimates: two standard errors. What lies below a millionth is drawn there.",
      ],
      xTitle: "error rate",
      series: SERIES,
      logX: true,
      step: 28,
    });
    const lines = [...accuracyLines(run), ...samplingLines(run)];
    return { spec, lines };
  },
};

function dotsOf({ id, rows, accuracy, importance }: ModelResult): IntervalDot[] {
  const ends = rows.filter(({ atMost }) => atMost !== undefined);
  const low = 1 - leastUpper({ rows });
  const high = 1 - largest(ends.map(({ bound }) => bound));
  const dot = (series: string, low: number, high: number): IntervalDot => ({
    row: id,
    series,
    value: Math.max(LEAST, (low + high) / 2),
    low: Math.max(LEAST, low),
    high: Math.max(LEAST, high),
  });
  const estimate = (series: string, value: number, error: number) =>
    dot(series, 1 - value - 2 * error, 1 - value + 2 * error);
  return [
    dot(SERIES[0], low, high),
    estimate(SERIES[1], accuracy.value, accuracy.standardError),
    ...(importance ? [estimate(SERIES[2], importance.value, importance.standardError)] : []),
  ];
}
