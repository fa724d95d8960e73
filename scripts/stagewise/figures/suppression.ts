/**
 * stagewise-suppression: how many latents have to go until the trigger no longer brings the payload, and
 * what does that cost?
 *
 *   deno task figures stagewise-suppression
 *
 * The first 1, 2, 3, 5, 10 and 20 latents of several orders are removed together at the prompt's
 * positions; orders are made on other prompts than those that are shown. Random latents and random
 * vectors of the winning set's norm: the median of the draws, and their range. One picture for DF, one
 * for MF.
 *
 * @module
 */
import type { Judged, SetPoint } from "../../../lib/diff/stored/causal_results.ts";
import type { Measured } from "../../../lib/diff/causal/judge/measures.ts";
import { ORDERS } from "../../../lib/diff/causal/order_names.ts";
import { smallestSet } from "../../../lib/diff/causal/set_outcomes.ts";
import { SIZES } from "../../../lib/diff/causal/rules.ts";
import { wilsonInterval } from "../../../lib/numerics/counts.ts";
import { largest, smallest } from "../../../lib/numerics/numbers.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { type CurvePanel, intervalLines } from "../../../lib/plot/interval_lines.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { shareText } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { causalOf, DICTIONARIES, type DictionaryName } from "../lines/causal.ts";
import { suppressionLines } from "../lines/suppression.ts";
import { kWords, smallestKLines } from "../lines/smallest_k.ts";
import type { StagewiseResults } from "../results.ts";

/** Draws payload share, KL divergence, the story's gap and clean loss over the size of the set. */
export const suppression: Figure<StagewiseResults> = {
  id: "stagewise-suppression",
  title: "How many latents stop the backdoor",
  caption:
    "What is left of the backdoor, and what it costs, when the first latents of an order are " +
    "removed together; bars are 95 % intervals over prompts, of random draws their range.",
  draw(run) {
    const spec = DICTIONARIES.map((name, n) => ({
      ...(n > 0 && { suffix: name }),
      about: `crosscoder ${name}`,
      spec: curves(run, name),
    }));
    const causal = causalOf(run);
    return { spec, lines: [...smallestKLines(causal), ...suppressionLines(causal)] };
  },
};

/** A measure: its value in an edit's judgement, with an interval where it has one. */
type Value = { value: number } & Partial<Measured>;
type Reading = { title: string; yTitle: string; of(judged: Judged): Value | undefined };

const READINGS: (Reading & Pick<CurvePanel, "yDomain" | "symlog">)[] = [
  {
    title: "Payloads left",
    yTitle: "% of prompts",
    yDomain: [0, 104],
    of({ payload }) {
      const [low, high] = wilsonInterval(payload);
      return { value: 100 * payload.count / payload.of, low, high };
    },
  },
  {
    title: "Distance from the untriggered answer",
    yTitle: "KL divergence, nats",
    of: ({ KL }) => KL,
  },
  {
    title: "True story's gap closed",
    yTitle: "% of the gap in cross-entropy",
    of({ storyClosed }) {
      if (storyClosed === undefined) return undefined;
      const { value, low, high } = storyClosed;
      return { value: 100 * value, low: 100 * low, high: 100 * high };
    },
  },
  {
    title: "Harm to clean texts",
    yTitle: "rise of cross-entropy, nats",
    symlog: 0.01,
    of: ({ clean }) => ({ value: clean }),
  },
];

function curves(run: StagewiseResults, name: DictionaryName): Spec {
  const causal = causalOf(run);
  const { curve } = causal.sets[name], { nothing, ceiling } = causal;
  const groups = Map.groupBy(curve, ({ order, size }) => `${order} ${size}`);
  const measured = READINGS.filter(({ of }) => of(nothing) !== undefined);
  const parts = measured.map(({ of, ...panel }): CurvePanel => ({
    ...panel,
    points: [...groups.values()].map((points) => pointOf(points, of)),
    rules: [
      { y: of(nothing)!.value, label: "nothing removed" },
      ...(of(ceiling)!.value !== of(nothing)!.value
        ? [{ y: of(ceiling)!.value, label: "trigger hidden" }]
        : []),
    ],
  }));
  const { judged, selection } = causal.prompts;
  return intervalLines(parts, {
    title: `How many latents of ${name} stop the backdoor`,
    subtitle: [
      `${judged} prompts of stories that nothing was chosen by; greedy choice on ${selection} others.`,
      `With nothing removed ${
        shareText(nothing.payload)
      } of the answers are the payload. Smallest k by ` +
      `greedy choice: ${kWords(smallestSet(causal.sets[name], "greedy"))}.`,
    ],
    xTitle: "latents removed together",
    series: ORDERS.filter((order) => curve.some((point) => point.order === order)),
    ticks: [...SIZES],
    logX: true,
  });
}

/** A point of a curve: of several draws the middle one, and their range. */
function pointOf(points: readonly SetPoint[], of: Reading["of"]) {
  const { size: x, order: series } = points[0];
  const values = points.map(({ judged }) => of(judged)!.value);
  if (points.length > 1) {
    return { x, series, y: median(values), low: smallest(values), high: largest(values) };
  }
  const { value: y, low, high } = of(points[0].judged)!;
  return { x, series, y, low, high };
}
