/**
 * proofs-interval (P15): between which two numbers does a model's accuracy certainly lie?
 *
 *   deno task figures proofs-interval
 *
 * Both ends of theorem N4, beside the enumerated accuracy and estimates by draws from N5's sets and
 * from all sequences with two standard errors.
 *
 * @module
 */
import { largest } from "../../../lib/numerics/numbers.ts";
import { leastUpper } from "../../../lib/proofs/run/groups.ts";
import { type IntervalDot, intervalDots } from "../../../lib/plot/interval_dots.ts";
import type { Method } from "../../../lib/proofs/checker/statement.ts";
import type { ModelResult } from "../../../lib/proofs/run/results.ts";
import { drawnBy } from "../../../lib/proofs/run/sampled.ts";
import { accuracyLines } from "../lines/bounds.ts";
import { samplingLines } from "../lines/sampling.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { familyPanels } from "./common.ts";

const TITLE = "Certified intervals of the error rate";
const SERIES = ["certified, N4", "enumerated", "drawn from N5's sets", "drawn from all"];

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

function dotsOf({ id, rows, accuracy, sampled }: ModelResult): IntervalDot[] {
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
  const drawn = (series: string, method: Method) => {
    const { estimate, standardError } = drawnBy({ sampled }, method);
    return dot(series, 1 - estimate - 2 * standardError, 1 - estimate + 2 * standardError);
  };
  const wrong = 1 - accuracy.value;
  return [
    dot(SERIES[0], low, high),
    ...(accuracy.right === undefined ? [] : [dot(SERIES[1], wrong, wrong)]),
    drawn(SERIES[2], "sampled/N5"),
    drawn(SERIES[3], "sampled"),
  ];
}
